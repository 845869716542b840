using System.Globalization;
using SkiaSharp;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;

namespace Yolo.Model.Data;

/// <summary>A data set in the layout of Pascal VOC: <c>Annotations/ID.xml</c>, <c>JPEGImages/ID.jpg</c> and lists of ids in
/// <c>ImageSets/Main/SET.txt</c>.</summary>
public static class VocDataset
{
    /// <summary>How far a box may reach beyond its image without a warning, pixels: VOC counts from 1, many tools from 0.</summary>
    private const float Tolerance = 1;

    /// <summary>Reads the annotations of a set of images; the images themselves are opened for their size only.</summary>
    /// <param name="folder">The folder that holds <c>Annotations</c> and <c>JPEGImages</c>.</param>
    /// <param name="imageSet">Name of the list, such as <c>train</c>; its images come in its order. Null: every annotation, by ordinal file name. In
    /// VOC's lists of one class (<c>cat_train</c>) the images marked -1, which show no object of it, are left out.</param>
    /// <param name="warn">Receives a line for every box that is skipped (empty, reversed or outside of its image) or clipped by more than one
    /// pixel, for every annotation that gives a wrong image size, for every image that EXIF data would turn, and a summary of the boxes at the end.</param>
    /// <returns>The images with their boxes, (xmin, ymin, xmax, ymax) as the annotations give them, clipped to the image: pixels as the file stores
    /// them, EXIF orientation not applied.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no <c>Annotations</c> or <c>JPEGImages</c> folder.</exception>
    /// <exception cref="FileNotFoundException">There is no such list, or an image of it lacks its annotation or its file.</exception>
    /// <exception cref="InvalidDataException">A list, an annotation or an image is malformed.</exception>
    public static IReadOnlyList<LabelledImage> Load(string folder, string? imageSet = null, Action<string>? warn = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string annotations = RequireFolder(folder, "Annotations");
        var files = new VocImageFolder(RequireFolder(folder, "JPEGImages"));
        var (ids, origin) = imageSet is null
            ? (AllIds(annotations), annotations)
            : VocImageSet.Read(folder, imageSet);

        var check = new BoxCheck(warn);
        var images = new List<LabelledImage>(ids.Count);
        foreach (string id in ids)
        {
            string path = Path.Combine(annotations, id + ".xml");
            if (!File.Exists(path))
                throw new FileNotFoundException($"{origin}: expected an annotation for '{id}' at {path}, found none.", path);
            var annotation = VocAnnotation.Read(path);
            string image = files.Find(id, annotation.FileName)
                ?? throw new FileNotFoundException($"{path}: expected its image {files.Expected(id)}, found none.", id);
            images.Add(Join(path, annotation, image, check));
        }
        check.Summarize(folder);
        return images;
    }

    /// <summary>The classes of a data set, each once, in ordinal order: the order of indices that training and evaluation share.</summary>
    public static IReadOnlyList<string> ClassNames(IEnumerable<LabelledImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return [.. images.SelectMany(image => image.Objects).Select(item => item.ClassName).Distinct().Order(StringComparer.Ordinal)];
    }

    private static LabelledImage Join(string path, VocAnnotation annotation, string image, BoxCheck check)
    {
        var (width, height, origin) = ImageFile.ReadHeader(image);
        if (annotation.Width is { } w && annotation.Height is { } h && (w, h) != (width, height))
            check.Warn($"{path}: the annotation gives {w} x {h} pixels, {image} has {width} x {height}; the image's size is used.");
        if (origin != SKEncodedOrigin.Default)
            check.Warn($"{image}: EXIF orientation {(int)origin} is not applied; boxes are taken as pixels of the image as stored.");

        var objects = new List<LabelledObject>(annotation.Objects.Count);
        for (int i = 0; i < annotation.Objects.Count; i++)
        {
            var item = annotation.Objects[i];
            if (check.Accept(path, i + 1, item, width, height) is { } box)
                objects.Add(item with { Box = box });
        }
        return new(image, width, height, objects);
    }

    private static List<string> AllIds(string annotations)
    {
        var ids = Directory.EnumerateFiles(annotations, "*.xml").Select(path => Path.GetFileNameWithoutExtension(path)).ToList();
        ids.Sort(StringComparer.Ordinal);
        return ids;
    }

    private static string RequireFolder(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return Directory.Exists(path)
            ? path
            : throw new DirectoryNotFoundException($"{folder}: expected a VOC data set with a folder {name}, found none.");
    }

    /// <summary>Decides about boxes and counts what it decided.</summary>
    private sealed class BoxCheck(Action<string>? warn)
    {
        private readonly HashSet<string> _files = [];
        private int _boxes, _skipped, _clipped;

        internal void Warn(string message) => warn?.Invoke(message);

        /// <summary>The box clipped to its image, or null where nothing is left of it.</summary>
        internal BoundingBox? Accept(string path, int number, LabelledObject item, int width, int height)
        {
            _boxes++;
            var box = item.Box;
            if (box.Width <= 0 || box.Height <= 0)
                return Skip("its box is empty or reversed");
            var clipped = box.Clip(width, height);
            if (clipped.Width <= 0 || clipped.Height <= 0)
                return Skip($"its box lies outside of the image ({width} x {height})");

            float beyond = MathF.Max(MathF.Max(-box.Left, -box.Top), MathF.Max(box.Right - width, box.Bottom - height));
            if (beyond > Tolerance)
            {
                _clipped++;
                _files.Add(path);
                Warn($"{Describe()} clipped to the image ({width} x {height}).");
            }
            return clipped;

            BoundingBox? Skip(string reason)
            {
                _skipped++;
                _files.Add(path);
                Warn($"{Describe()} skipped: {reason}.");
                return null;
            }

            string Describe() => string.Create(CultureInfo.InvariantCulture,
                $"{path}: object {number} ({item.ClassName}, box {box.Left}, {box.Top}, {box.Right}, {box.Bottom})");
        }

        internal void Summarize(string folder)
        {
            if (_files.Count > 0)
                Warn(string.Create(CultureInfo.InvariantCulture,
                    $"{folder}: {_skipped:N0} of {_boxes:N0} boxes skipped and {_clipped:N0} clipped, in {_files.Count:N0} {(_files.Count == 1 ? "file" : "files")}."));
        }
    }
}
