using System.Globalization;

namespace Yolo.Model.Data;

/// <summary>Takes what readers of data sets find, and holds the one policy for it. A loader's log passes the first of each kind on, counts the rest, and skips or throws as the options say; a
/// check's log takes everything and goes on. Not safe for several threads: each image has a log of its own (<see cref="Fork"/>).</summary>
internal sealed class FlawLog
{
    /// <summary>Flaws of a kind that a loader names; later ones are counted.</summary>
    private const int Named = 20;

    /// <summary>Skipped things that the error of a load that skipped too much quotes.</summary>
    private const int Examples = 3;

    private readonly LoadOptions _options;
    private readonly Action<DatasetFlaw>? _take;
    private readonly bool _holds;
    private readonly Dictionary<(FlawSeverity, FlawKind), int>? _counts;
    private List<DatasetFlaw>? _held;
    private List<string>? _skipped;
    private int _skippedImages, _skippedObjects;

    /// <summary>A loader's log.</summary>
    public FlawLog(LoadOptions? options = null) => (_options, _counts) = (options ?? new(), []);

    /// <summary>A check's log.</summary>
    public FlawLog(Action<DatasetFlaw> take, LoadOptions? options = null)
        : this(options) => (_take, IsCheck) = (take, true);

    private FlawLog(FlawLog parent) => (_options, _holds, IsCheck) = (parent._options, true, parent.IsCheck);

    /// <summary>Whether every flaw is wanted, those that a loader has no reason to look for included.</summary>
    public bool IsCheck { get; }

    /// <summary>How the data set is read.</summary>
    public LoadOptions Options => _options;

    /// <summary>Whether there is nothing to say but what was read.</summary>
    public bool IsEmpty => _held is null && _skippedImages + _skippedObjects == 0;

    /// <summary>Images that are read or skipped.</summary>
    public int Images { get; set; }

    /// <summary>Objects that are read or skipped.</summary>
    public int Objects { get; set; }

    /// <summary>An error of a kind that its type does not say.</summary>
    public static InvalidDataException Error(FlawKind kind, string message) => new(message) { Data = { [nameof(FlawKind)] = kind } };

    /// <summary>A log for one image, which holds what it is told until <see cref="Add(FlawLog)"/>.</summary>
    public FlawLog Fork() => new(this);

    /// <summary>Takes what a log of one image holds.</summary>
    public void Add(FlawLog image)
    {
        foreach (var flaw in image._held ?? [])
            Take(flaw);
        Images += image.Images;
        Objects += image.Objects;
        _skippedImages += image._skippedImages;
        _skippedObjects += image._skippedObjects;
        foreach (string message in image._skipped ?? [])
            Hold(message);
    }

    /// <summary>Something that is changed or suspicious.</summary>
    public void Warn(FlawKind kind, string message) => Take(new(FlawSeverity.Warning, kind, message));

    /// <summary>An object that is left out because its box says nothing. It counts among those skipped.</summary>
    public void SkipObject(FlawKind kind, string message)
    {
        _skippedObjects++;
        Hold(message);
        Warn(kind, message);
    }

    /// <summary>For <c>catch ... when</c>: whether the error, which costs an image, was noted and the reader goes on. It is let through where the options say so.</summary>
    public bool SkipsImage(Exception exception)
    {
        if (!Skips(exception))
            return false;
        _skippedImages++;
        return true;
    }

    /// <summary>For <c>catch ... when</c>: whether the error, which costs an object, was noted and the reader goes on. It is let through where the options say so.</summary>
    public bool SkipsObject(Exception exception)
    {
        if (!Skips(exception))
            return false;
        Objects++;
        _skippedObjects++;
        return true;
    }

    /// <summary>For <c>catch ... when</c>: whether the error, which costs a check a part of what it looks at, was noted. A loader's log lets it through.</summary>
    public bool Notes(Exception exception) => IsCheck && Skips(exception);

    /// <summary>Says of each kind how often it came, and ends a load that skipped too much.</summary>
    /// <param name="place">The data set.</param>
    /// <exception cref="InvalidDataException">More than <see cref="LoadOptions.MaximumSkipped"/> of the images or objects were skipped.</exception>
    public void Conclude(string place)
    {
        if (IsCheck)
            return;
        if (_counts!.Count > 0)
            _options.Warning?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{place}: {string.Join(", ", _counts.Select(Describe))}, in {Count(Images, "image")} with {Count(Objects, "object")}."));
        Require(place, _skippedImages, Images, "images");
        // An image with a single object, and that one useless, is an image without objects.
        if (Objects > 1)
            Require(place, _skippedObjects, Objects, "objects");
    }

    private void Require(string place, int skipped, int all, string noun)
    {
        if (_options.OnError == OnError.Skip && SkippedShare.Exceeds(skipped, all, _options.MaximumSkipped))
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{place}: {skipped:N0} of {all:N0} {noun} cannot be used, more than the share of {_options.MaximumSkipped:P0} that may be skipped: the path or the format is wrong. "
                + $"The first: {string.Join(" ", _skipped ?? [])}"));
        }
    }

    private bool Skips(Exception exception)
    {
        if (exception is not (InvalidDataException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or PathTooLongException))
            return false;
        if (!IsCheck && _options.OnError == OnError.Throw)
            return false;
        var kind = exception.Data[nameof(FlawKind)] is FlawKind given ? given : exception is InvalidDataException ? FlawKind.Malformed : FlawKind.Missing;
        Hold(exception.Message);
        Take(new(FlawSeverity.Error, kind, exception.Message));
        return true;
    }

    private void Hold(string message)
    {
        _skipped ??= [];
        if (_skipped.Count < Examples)
            _skipped.Add(message);
    }

    private void Take(DatasetFlaw flaw)
    {
        if (_holds)
            (_held ??= []).Add(flaw);
        _take?.Invoke(flaw);
        if (_holds || IsCheck)
            return;
        int count = _counts![(flaw.Severity, flaw.Kind)] = _counts.GetValueOrDefault((flaw.Severity, flaw.Kind)) + 1;
        // That values are no fractions is said once: every line of every file would say it again.
        if (count <= (flaw.Kind == FlawKind.NoFractions ? 1 : Named))
            _options.Warning?.Invoke(flaw.Severity == FlawSeverity.Error ? $"{flaw.Message} Skipped." : flaw.Message);
    }

    private static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    private static string Describe(KeyValuePair<(FlawSeverity Severity, FlawKind Kind), int> entry)
    {
        string what = entry.Key.Kind switch
        {
            FlawKind.Malformed => "malformed",
            FlawKind.Missing => "missing",
            FlawKind.Unreadable => "not readable as images",
            FlawKind.Incomplete => "incomplete",
            FlawKind.EmptyBox => "empty boxes skipped",
            FlawKind.OutsideBox => "boxes outside of their image skipped",
            FlawKind.ClippedBox => "boxes clipped",
            FlawKind.OtherSize => "sizes stated wrongly",
            FlawKind.TurnedUpright => "turned by EXIF data, taken upright",
            FlawKind.TurnedStored => "turned by EXIF data, taken as stored",
            FlawKind.NoLabels => "without labels",
            FlawKind.Unused => "not used",
            FlawKind.NoFractions => "with values that are no fractions",
            FlawKind.UnknownValue => "with unknown values",
            _ => "suspicious",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{entry.Value:N0} {what}{(entry.Key.Severity == FlawSeverity.Error ? ", skipped" : "")}");
    }
}
