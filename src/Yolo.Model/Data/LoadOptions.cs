namespace Yolo.Model.Data;

/// <summary>How a data set is read, whatever its format.</summary>
public sealed record LoadOptions
{
    /// <summary>What is done about an image or an object that cannot be used. Default: <see cref="OnError.Skip"/>.</summary>
    public OnError OnError
    {
        get;
        init => field = Argument.Defined(value, nameof(OnError));
    }

    /// <summary>The share of images, or of objects, that may be skipped, 0 to 1. Above it the load ends with an error, because then the path or the format is wrong; one alone never ends it.
    /// Default: 0.1.</summary>
    public double MaximumSkipped
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaximumSkipped), value, "The share that may be skipped must lie between 0 and 1.");
    } = 0.1;

    /// <summary>Which pixels the boxes count in, where EXIF data turn a picture. Default: <see cref="LabelOrientation.Auto"/>.</summary>
    public LabelOrientation Orientation
    {
        get;
        init => field = Argument.Defined(value, nameof(Orientation));
    }

    /// <summary>The folder that paths of images start from, where it cannot be found out. Default: null, it is looked for around the annotations.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>Receives a line for everything that is skipped or changed: the first twenty of a kind by name, then one that counts each kind. Default: null, nobody does.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>Told how many images are read, and of how many, now and then and at the end, by any thread. Default: null, nobody is.</summary>
    public IProgress<(int Done, int All)>? Progress { get; init; }

    /// <summary>Ends the load with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }
}
