using Yolo.Model.Training.Images;

namespace Yolo.MLNet.Trainers;

/// <summary>Images that were decoded once: some are in memory, the others in a temporary file.</summary>
/// <param name="pixels">What is kept of an image.</param>
/// <param name="cacheBytes">Bytes of memory for them.</param>
/// <param name="folder">The folder for the temporary file; null: the system's.</param>
internal sealed class SpooledImages(TrainingPixels pixels, long cacheBytes, string? folder) : IOpenedImages
{
    private readonly List<byte[]?> _kept = [];
    private readonly List<long> _offsets = [];
    private SpoolFile? _spool;

    /// <summary>Set when all images are there.</summary>
    public IReadOnlyList<ImageLabels> Labels { get; set; } = [];

    public (int Images, long Bytes) InMemory { get; private set; }

    /// <summary>Bytes in the temporary file.</summary>
    public long SpooledBytes => _spool?.Length ?? 0;

    /// <summary>Adds the pixels of the next image.</summary>
    /// <exception cref="IOException">There is no room for them.</exception>
    public void Add(byte[] rgb)
    {
        bool fits = InMemory.Bytes + rgb.Length <= cacheBytes;
        _kept.Add(fits ? rgb : null);
        _offsets.Add(fits ? 0 : (_spool ??= new(folder)).Append(rgb));
        if (fits)
            InMemory = (InMemory.Images + 1, InMemory.Bytes + rgb.Length);
    }

    public TrainingImage Load(int index)
    {
        var labels = Labels[index];
        if (_kept[index] is { } kept)
            return pixels.Image(kept, labels);
        byte[] rgb = GC.AllocateUninitializedArray<byte>(pixels.Bytes(labels.Width, labels.Height));
        _spool!.Read(_offsets[index], rgb);
        return pixels.Image(rgb, labels);
    }

    public void Dispose() => _spool?.Dispose();
}
