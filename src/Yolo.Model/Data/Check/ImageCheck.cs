using System.Security.Cryptography;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data.Check;

/// <summary>Decodes every image, and finds those that are there twice.</summary>
internal static class ImageCheck
{
    /// <param name="images">The images.</param>
    /// <param name="setsOf">The sets that an image is in, as text.</param>
    /// <param name="flaws">Told what is found.</param>
    /// <param name="progress">Told the number of images decoded and of all.</param>
    /// <param name="cancellation">Stops between two images.</param>
    public static void Run(IReadOnlyList<LabelledImage> images, Func<LabelledImage, string> setsOf, FlawSink flaws, IProgress<(int Done, int All)>? progress, CancellationToken cancellation)
    {
        var byHash = new Dictionary<string, LabelledImage>(images.Count);
        for (int i = 0; i < images.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            string path = images[i].Path;
            using var stream = File.OpenRead(path);
            string hash = Convert.ToHexString(SHA256.HashData(stream));
            if (!byHash.TryAdd(hash, images[i]))
            {
                string own = setsOf(images[i]), other = setsOf(byHash[hash]);
                string sets = own == other ? "" : $" They are in different sets: {own}, and {other}.";
                flaws.Warn($"{path}: the same file, byte for byte, as {byHash[hash].Path}.{sets}");
            }
            try
            {
                stream.Position = 0;
                ImageFile.Decode(stream, path, ImageOrientation.AsStored).Dispose();
            }
            catch (InvalidDataException exception) when (flaws.Takes(exception))
            {
            }
            progress?.Report((i + 1, images.Count));
        }
    }
}
