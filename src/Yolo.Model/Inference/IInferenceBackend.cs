namespace Yolo.Model.Inference;

/// <summary>What turns pixels into the raw map: ONNX Runtime or TorchSharp. Built for one network; <see cref="Run"/> may be called from several threads at
/// once, <see cref="IDisposable.Dispose"/> only after the last of them has returned.</summary>
public interface IInferenceBackend : IDisposable
{
    /// <summary>Images that a pass should take where many wait: 1 where batches gain nothing, as on a CPU. At least 1; a pass may always have fewer.</summary>
    int PreferredBatch => 1;

    /// <summary>One forward pass.</summary>
    /// <param name="input">The images, float <c>[batch, 3, H, W]</c>, RGB from 0 to 1.</param>
    /// <param name="batch">Number of images, at least 1.</param>
    /// <param name="output">Receives the raw maps, float <c>[batch, A * (5 + C), h, w]</c>.</param>
    /// <exception cref="ArgumentException">A buffer has not exactly the length that the network and <paramref name="batch"/> need.</exception>
    void Run(ReadOnlyMemory<float> input, int batch, Memory<float> output);
}
