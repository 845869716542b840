using System.Collections.Concurrent;
using Yolo.Model.Imaging;

namespace Yolo.Model.Inference;

/// <summary>Runs images through the network several at once. Reading, decoding, resizing and passes of different images overlap, because each worker takes an image through all of
/// them. Used by one thread at a time.</summary>
/// <remarks>On a CPU, n passes of one thread each finish more images than one pass of n threads: nothing has to be split and no thread waits for others between layers. Where the
/// backend gains from batches, the images of one are read by all workers and one of them runs the pass.</remarks>
internal sealed class ScoringPipeline : IAsyncDisposable, IDisposable
{
    private readonly Detector _detector;
    private readonly DetectorEngine _engine;
    private readonly WorkerThreads _workers;
    private readonly int _batchSize;
    private readonly ConcurrentBag<DetectorEngine.Buffers> _idle = [];
    private ScoringBatch? _open;
    private int _added;
    private bool _disposed;

    /// <summary>Takes over one use of the engine.</summary>
    public ScoringPipeline(Detector detector, DetectorEngine engine, int workers)
    {
        _detector = detector;
        _engine = engine;
        _workers = new(workers);
        _batchSize = engine.PreferredBatch;
        // Twice what is worked on, so that no worker waits for the consumer.
        Capacity = _batchSize * Math.Max(2, (2 * workers + _batchSize - 1) / _batchSize);
    }

    /// <summary>Images that a consumer should have under way, to keep all workers busy; a multiple of the batch size.</summary>
    public int Capacity { get; }

    /// <summary>Adds an image, which is not needed any more when the call returns.</summary>
    public ScoredImage Add(PixelView pixels)
    {
        var image = Open().Add(pixels);
        CloseIfFull();
        return image;
    }

    /// <summary>Adds a file; a worker reads it.</summary>
    public ScoredImage Add(string path)
    {
        var batch = Open();
        int index = batch.Count;
        var image = batch.AddUnread();
        _workers.Enqueue(() =>
        {
            if (batch.Read(image, index, path))
                batch.Run(Finished);
        });
        CloseIfFull();
        return image;
    }

    /// <summary>The end of an image's pass. Its batch is not filled further: who waits for an image has no more to add.</summary>
    public Task Completion(ScoredImage image)
    {
        if (image.Batch == _open)
            Close();
        return image.Batch.Done;
    }

    /// <summary>Drops what has not begun, waits for what runs and lets go of the network. Calling it again does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _workers.StopAsync().ConfigureAwait(false);
        foreach (var buffers in _idle)
            _engine.Return(buffers);
        _engine.Release();
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private ScoringBatch Open()
    {
        _added++;
        if (_open is { IsFull: true })
            Close();
        return _open ??= new(_detector, _idle.TryTake(out var buffers) ? buffers : _engine.Rent(_batchSize));
    }

    // The first image is held back until there is a second one or somebody waits: if it stays alone, all threads should work on it.
    private void CloseIfFull()
    {
        if (_added > 1 && _open!.IsFull)
            Close();
    }

    private void Close()
    {
        var batch = _open!;
        var backend = _added == 1 ? _engine.Backend : _engine.SideBySideBackend;
        _open = null;
        if (batch.Close(backend))
            _workers.Enqueue(() => batch.Run(Finished));
    }

    private void Finished(ScoringBatch batch) => _idle.Add(batch.Buffers);
}
