using Yolo.Model.Inference;

namespace Yolo.Benchmarks.Soak;

/// <summary>A backend that asks for batches, as the one for GPUs does.</summary>
internal sealed class BatchingBackend(IInferenceBackend backend, int batch) : IInferenceBackend
{
    public int PreferredBatch => batch;

    public void Run(ReadOnlyMemory<float> input, int batch, Memory<float> output) => backend.Run(input, batch, output);

    public void Dispose() => backend.Dispose();
}
