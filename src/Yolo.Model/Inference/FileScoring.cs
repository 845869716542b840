using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Yolo.Model.Inference;

/// <summary>Detects in files, several at once, and gives the results in the order of the files.</summary>
internal sealed class FileScoring(ScoringPipeline pipeline, IEnumerator<string> paths)
{
    private readonly Queue<(string Path, ScoredImage Image)> _underWay = [];
    private ExceptionDispatchInfo? _failure;
    private bool _ended;

    public static IEnumerable<FileDetections> Detect(Detector detector, IEnumerable<string> paths, int workers, CancellationToken cancellationToken)
    {
        using var pipeline = detector.CreatePipeline(workers);
        using var enumerator = paths.GetEnumerator();
        var scoring = new FileScoring(pipeline, enumerator);
        while (scoring.Next(cancellationToken) is var (path, image))
        {
            pipeline.Completion(image).WaitAsync(cancellationToken).GetAwaiter().GetResult();
            yield return new(path, image);
        }
    }

    public static async IAsyncEnumerable<FileDetections> DetectAsync(
        Detector detector, IEnumerable<string> paths, int workers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipeline = detector.CreatePipeline(workers);
        await using var disposal = pipeline.ConfigureAwait(false);
        using var enumerator = paths.GetEnumerator();
        var scoring = new FileScoring(pipeline, enumerator);
        while (scoring.Next(cancellationToken) is var (path, image))
        {
            await pipeline.Completion(image).WaitAsync(cancellationToken).ConfigureAwait(false);
            yield return new(path, image);
        }
    }

    /// <summary>Adds files up to the capacity of the pipeline, then takes the one that was added first, or null.</summary>
    private (string Path, ScoredImage Image)? Next(CancellationToken cancellationToken)
    {
        do
            cancellationToken.ThrowIfCancellationRequested();
        while (_underWay.Count < pipeline.Capacity && TryAdd());
        if (_underWay.TryDequeue(out var next))
            return next;
        _failure?.Throw();
        return null;
    }

    // What the list of files throws comes after the results of the files before.
    private bool TryAdd()
    {
        try
        {
            if (!_ended && paths.MoveNext())
            {
                _underWay.Enqueue((paths.Current, pipeline.Add(paths.Current)));
                return true;
            }
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
        _ended = true;
        return false;
    }
}
