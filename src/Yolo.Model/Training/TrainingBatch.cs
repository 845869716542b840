using System.Buffers;
using Yolo.Model.Geometry;

namespace Yolo.Model.Training;

/// <summary>The images of one forward pass, ready for the network. Owns a rented buffer.</summary>
internal sealed class TrainingBatch(int count, int pixelsPerImage) : IDisposable
{
    private readonly float[] _pixels = ArrayPool<float>.Shared.Rent(checked(count * pixelsPerImage));

    /// <summary>Number of images.</summary>
    public int Count => Objects.Length;

    /// <summary>The objects of each image, boxes in pixels of the input.</summary>
    public List<GroundTruth>[] Objects { get; } = new List<GroundTruth>[count];

    /// <summary>The pixels of all images, <c>[N, 3, H, W]</c>, RGB 0..1.</summary>
    public Span<float> Pixels => _pixels.AsSpan(0, Count * pixelsPerImage);

    /// <summary>The pixels of one image, <c>[3, H, W]</c>.</summary>
    public Span<float> PixelsOf(int image) => Pixels.Slice(image * pixelsPerImage, pixelsPerImage);

    public void Dispose() => ArrayPool<float>.Shared.Return(_pixels);
}
