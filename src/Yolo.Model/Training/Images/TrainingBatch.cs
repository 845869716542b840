using System.Buffers;
using Yolo.Model.Encoding;

namespace Yolo.Model.Training.Images;

/// <summary>The images of one forward pass, ready for the network. Owns a rented buffer.</summary>
/// <param name="count">Number of images.</param>
/// <param name="input">Size of the images.</param>
/// <param name="largest">The largest size of the run: buffers are rented for it, so that all steps share the same few.</param>
internal sealed class TrainingBatch(int count, TrainingInput input, TrainingInput largest) : IDisposable
{
    private readonly float[] _pixels = ArrayPool<float>.Shared.Rent(checked(count * largest.Count));

    /// <summary>Number of images.</summary>
    public int Count => Targets.Length;

    /// <summary>Size of the images.</summary>
    public TrainingInput Input => input;

    /// <summary>What the network is taught on each image.</summary>
    public EncodedTargets[] Targets { get; } = new EncodedTargets[count];

    /// <summary>The pixels of all images, <c>[N, 3, H, W]</c>, RGB 0..1.</summary>
    public Span<float> Pixels => _pixels.AsSpan(0, Count * input.Count);

    /// <summary>The pixels of one image, <c>[3, H, W]</c>.</summary>
    public Span<float> PixelsOf(int image) => Pixels.Slice(image * input.Count, input.Count);

    public void Dispose() => ArrayPool<float>.Shared.Return(_pixels);
}
