using Yolo.Model.Inference;
using Yolo.Model.Weights;

namespace Yolo;

/// <summary>Notes what is asked of a backend. Linked into every test project.</summary>
internal sealed class RecordingBackend(DetectorModel model, int preferredBatch = 1) : IInferenceBackend
{
    private readonly OnnxRuntimeBackend _backend = new(model.Network, model.Weights, intraOpThreads: 1);
    private readonly List<int> _batches = [];
    private int _running;

    public int PreferredBatch => preferredBatch;

    /// <summary>Called at the start of each pass, on its thread.</summary>
    public Action? Starting { get; set; }

    public int Disposals { get; private set; }

    /// <summary>Passes that have begun and not ended.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Images of each pass, in the order in which they began.</summary>
    public int[] Batches
    {
        get
        {
            lock (_batches)
                return [.. _batches];
        }
    }

    public void Run(ReadOnlyMemory<float> input, int batch, Memory<float> output)
    {
        Interlocked.Increment(ref _running);
        try
        {
            lock (_batches)
                _batches.Add(batch);
            Starting?.Invoke();
            _backend.Run(input, batch, output);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public void Dispose()
    {
        Disposals++;
        _backend.Dispose();
    }
}
