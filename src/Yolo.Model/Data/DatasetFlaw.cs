namespace Yolo.Model.Data;

/// <summary>Something about a data set that is not as it should be.</summary>
/// <param name="Severity">What it costs.</param>
/// <param name="Message">The place, as a file, a file and line in parentheses, or a folder; a colon; and what is expected and found there.</param>
public readonly record struct DatasetFlaw(FlawSeverity Severity, string Message)
{
    /// <summary>Severity and message, such as <c>warning: 7.xml(12): object 2 ...</c>.</summary>
    public override string ToString() => $"{(Severity == FlawSeverity.Error ? "error" : "warning")}: {Message}";
}

/// <summary>What a flaw costs.</summary>
public enum FlawSeverity
{
    /// <summary>The data set can be read; a box is skipped or clipped, or something is suspicious.</summary>
    Warning,

    /// <summary>Loaders refuse the data set.</summary>
    Error,
}
