using System.Security.Cryptography;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data.Check;

/// <summary>Decodes every image, several at once, and finds those that are there twice.</summary>
internal static class ImageCheck
{
    /// <param name="images">The images and the sets that they are in.</param>
    /// <param name="log">Told what is found, in the order of the images.</param>
    /// <param name="progress">Told the number of images decoded and of all.</param>
    /// <param name="cancellation">Stops between two images.</param>
    public static void Run(IReadOnlyList<(DatasetEntry Entry, LabelledImage Image)> images, FlawLog log, IProgress<(int Done, int All)>? progress, CancellationToken cancellation)
    {
        var hashes = new UInt128[images.Count];
        var logs = new FlawLog?[images.Count];
        var gate = new Lock();
        int done = 0;
        Parallel.For(0, images.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var own = log.Fork();
            hashes[i] = Decode(images[i].Image.Path, own);
            logs[i] = own.IsEmpty ? null : own;
            lock (gate)
                progress?.Report((++done, images.Count));
        });

        var first = new Dictionary<UInt128, int>(images.Count);
        for (int i = 0; i < images.Count; i++)
        {
            if (hashes[i] != default && !first.TryAdd(hashes[i], i))
                log.Warn(FlawKind.Suspicious, Duplicate(images[i], images[first[hashes[i]]]));
            if (logs[i] is { } own)
                log.Add(own);
        }
    }

    /// <summary>The hash of a file's bytes; 0 where it cannot be read.</summary>
    private static UInt128 Decode(string path, FlawLog log)
    {
        try
        {
            using var stream = File.OpenRead(path);
            Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(stream, bytes);
            var hash = new UInt128(BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes[sizeof(ulong)..]));
            stream.Position = 0;
            ImageFile.Decode(stream, path, ImageOrientation.AsStored, message => log.Warn(FlawKind.Incomplete, message)).Dispose();
            return hash;
        }
        catch (Exception exception) when (log.SkipsImage(exception))
        {
            return default;
        }
    }

    private static string Duplicate((DatasetEntry Entry, LabelledImage Image) image, (DatasetEntry Entry, LabelledImage Image) earlier)
    {
        string own = SetsOf(image.Entry), other = SetsOf(earlier.Entry);
        string sets = own == other ? "" : $" They are in different sets: {own}, and {other}.";
        return $"{image.Image.Path}: the same file, byte for byte, as {earlier.Image.Path}.{sets}";
    }

    /// <summary>The sets that an image is in, those of one class (<c>cat_train</c>) not counted.</summary>
    private static string SetsOf(DatasetEntry entry) => string.Join(", ", entry.Sets.Where(set => !set.Contains('_', StringComparison.Ordinal)));
}
