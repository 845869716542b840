namespace Yolo.Model.Data;

/// <summary>Something about a data set that is not as it should be.</summary>
/// <param name="Severity">What it costs.</param>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Message">The place, as a file, a file and line in parentheses, or a folder; a colon; and what is expected and found there.</param>
public readonly record struct DatasetFlaw(FlawSeverity Severity, FlawKind Kind, string Message)
{
    /// <summary>Severity and message, such as <c>warning: 7.xml(12): object 2 ...</c>.</summary>
    public override string ToString() => $"{(Severity == FlawSeverity.Error ? "error" : "warning")}: {Message}";
}

/// <summary>What a flaw costs.</summary>
public enum FlawSeverity
{
    /// <summary>Images and objects are used; something is changed or suspicious, or a box without an extent is left out.</summary>
    Warning,

    /// <summary>An image, an object or a list cannot be used: loaders leave it out, or end with it if they are told to.</summary>
    Error,
}

/// <summary>Kinds of flaws, by which they are counted.</summary>
public enum FlawKind
{
    /// <summary>A file, a list or an entry of one is malformed.</summary>
    Malformed,

    /// <summary>A file that is named is not there.</summary>
    Missing,

    /// <summary>An image cannot be decoded.</summary>
    Unreadable,

    /// <summary>An image ends early and is used as far as it goes.</summary>
    Incomplete,

    /// <summary>A box is empty, or reversed.</summary>
    EmptyBox,

    /// <summary>A box lies outside of its image.</summary>
    OutsideBox,

    /// <summary>A box reaches beyond its image and is clipped.</summary>
    ClippedBox,

    /// <summary>The annotation states another size than the image has.</summary>
    OtherSize,

    /// <summary>EXIF data turn an image, and its boxes are taken as pixels of the upright one.</summary>
    TurnedUpright,

    /// <summary>EXIF data turn an image, and its boxes are taken as pixels of the stored one.</summary>
    TurnedStored,

    /// <summary>An image has no annotation.</summary>
    NoLabels,

    /// <summary>A label file or an image is not used.</summary>
    Unused,

    /// <summary>Values of labels are no fractions of the image's sides.</summary>
    NoFractions,

    /// <summary>A value is none of those that are known; a default is taken.</summary>
    UnknownValue,

    /// <summary>Something can be used, but whoever made it would want to know.</summary>
    Suspicious,
}
