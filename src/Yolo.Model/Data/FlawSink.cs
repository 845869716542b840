namespace Yolo.Model.Data;

/// <summary>Takes what readers of data sets find. A loader's sink passes warnings on and lets errors through; a check's takes both and goes on.</summary>
internal sealed class FlawSink
{
    private readonly Action<string>? _warn;
    private readonly Action<DatasetFlaw>? _take;

    /// <summary>A loader's sink.</summary>
    public FlawSink(Action<string>? warn) => _warn = warn;

    /// <summary>A check's sink.</summary>
    public FlawSink(Action<DatasetFlaw> take) => _take = take;

    /// <summary>Whether every flaw is wanted, those that a loader has no reason to look for included.</summary>
    public bool Thorough => _take is not null;

    /// <summary>Something that is skipped, changed or suspicious.</summary>
    public void Warn(string message)
    {
        _warn?.Invoke(message);
        _take?.Invoke(new(FlawSeverity.Warning, message));
    }

    /// <summary>For <c>catch ... when</c>: whether the error was noted and the reader goes on with what comes next. A loader's sink lets it through.</summary>
    public bool Takes(Exception exception)
    {
        if (_take is null || exception is not (InvalidDataException or FileNotFoundException or DirectoryNotFoundException))
            return false;
        _take(new(FlawSeverity.Error, exception.Message));
        return true;
    }
}
