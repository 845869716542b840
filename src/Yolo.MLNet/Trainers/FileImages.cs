using Yolo.MLNet.Data;
using Yolo.Model.Imaging;
using Yolo.Model.Training.Images;

namespace Yolo.MLNet.Trainers;

/// <summary>Images that are decoded from their files, each by its index. Those decoded first are kept, as far as the memory for them reaches.</summary>
internal sealed class FileImages : IOpenedImages
{
    private readonly ImageFileEntry[] _files;
    private readonly ImageLabels[] _labels;
    private readonly TrainingPixels _pixels;
    private readonly PixelBudget _budget;
    private readonly byte[]?[] _kept;
    private readonly (long Length, DateTime Written)?[] _found;
    private readonly Action<string> _warn;
    private int _decoded;

    /// <summary>Takes the files. None is opened.</summary>
    /// <param name="files">The files.</param>
    /// <param name="labels">Sizes and objects.</param>
    /// <param name="pixels">What is kept of an image.</param>
    /// <param name="cacheBytes">Bytes of memory for decoded images.</param>
    /// <param name="warn">Told, by any thread, of files that end early and are used as far as they go.</param>
    public FileImages(IReadOnlyCollection<ImageFileEntry> files, ImageLabels[] labels, TrainingPixels pixels, long cacheBytes, Action<string> warn)
    {
        (_files, _labels, _pixels, _budget, _warn) = ([.. files], labels, pixels, new(cacheBytes), warn);
        _found = new (long, DateTime)?[_files.Length];
        _kept = new byte[]?[_files.Length];
        foreach (var item in labels)
        {
            if (pixels.Bytes(item.Width, item.Height) is var bytes && InMemory.Bytes + bytes <= cacheBytes)
                InMemory = (InMemory.Images + 1, InMemory.Bytes + bytes);
        }
    }

    public IReadOnlyList<ImageLabels> Labels => _labels;

    /// <summary>How many fit where they are decoded in their order.</summary>
    public (int Images, long Bytes) InMemory { get; }

    /// <summary>How often a file was decoded.</summary>
    public int Decoded => _decoded;

    /// <exception cref="InvalidDataException">The file is damaged, has another size than it had, or was replaced since it was decoded.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public TrainingImage Load(int index) => _pixels.Image(Volatile.Read(ref _kept[index]) ?? Keep(index, Decode(index)), _labels[index]);

    public void Dispose()
    {
    }

    private byte[] Decode(int index)
    {
        var file = _files[index];
        Interlocked.Increment(ref _decoded);
        // What a file lacks is said when it is read first.
        bool first = _found[index] is null;
        CheckReplaced(index);
        using var bitmap = ImageFile.Decode(file.Path, file.Orientation, first ? _warn : null);
        if ((bitmap.Width, bitmap.Height) != (file.Width, file.Height))
            throw new InvalidDataException($"{file.Path}: expected {file.Width} x {file.Height} pixels as when the data was read first, found {bitmap.Width} x {bitmap.Height}.");
        return _pixels.Of(bitmap.Pixels());
    }

    /// <summary>Throws if a file is not the one that was decoded before. Its boxes are those of that one.</summary>
    private void CheckReplaced(int index)
    {
        var info = new FileInfo(_files[index].Path);
        if (!info.Exists)
            return;
        var found = (info.Length, info.LastWriteTimeUtc);
        if ((_found[index] ??= found) != found)
        {
            throw new InvalidDataException(
                $"{info.FullName}: the file was replaced while images were read. Leave the images alone until the training ends.");
        }
    }

    private byte[] Keep(int index, byte[] rgb)
    {
        if (!_budget.TryTake(rgb.Length))
            return rgb;
        if (Interlocked.CompareExchange(ref _kept[index], rgb, null) is not { } kept)
            return rgb;
        // Another worker decoded it at the same time.
        _budget.GiveBack(rgb.Length);
        return kept;
    }
}
