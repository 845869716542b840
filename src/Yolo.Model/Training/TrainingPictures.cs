using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;
using Yolo.Model.Drawing;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Training;

/// <summary>Pictures to check a run by: what it is taught, and what it finds (<see cref="TrainingOptions.PicturesFolder"/>).</summary>
internal sealed class TrainingPictures
{
    /// <summary>Steps whose inputs are drawn.</summary>
    public const int Steps = 3;

    // Below it a sheet of an early epoch is all boxes.
    private const float ScoreThreshold = 0.25f;

    private readonly string _folder;
    private readonly DetectionRenderer _renderer;

    /// <summary>Makes the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="classNames">Their names; a class without one has its index.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public TrainingPictures(string folder, int classes, IReadOnlyList<string> classNames)
    {
        _folder = folder;
        _renderer = new(
            [.. Enumerable.Range(0, classes).Select(i => classNames.ElementAtOrDefault(i) ?? i.ToString(CultureInfo.InvariantCulture))]);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Writes the inputs of a step, counted from 0, with the boxes that are taught; of later steps than the first
    /// <see cref="Steps"/> nothing.</summary>
    /// <param name="step">The number of the step.</param>
    /// <param name="parts">Its batches.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveBatch(long step, IReadOnlyList<TrainingBatch> parts)
    {
        if (step >= Steps)
            return;
        using var sheet = new PictureSheet(parts.Sum(part => part.Count));
        foreach (var part in parts)
        {
            for (int i = 0; i < part.Count && !sheet.IsFull; i++)
            {
                var targets = part.Targets[i];
                using var picture = FromPlanes(part.PixelsOf(i), part.Input.Width, part.Input.Height);
                sheet.Add(picture, (fitted, scale) =>
                    _renderer.DrawTruths(fitted, Truths(targets, scale * part.Input.Width, scale * part.Input.Height)));
            }
        }
        sheet.Save(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"batch-{step + 1}.jpg")));
    }

    /// <summary>Begins the sheet of a validation; <see cref="ValidationSheet.Save"/> ends it.</summary>
    /// <param name="images">Number of validation images.</param>
    public ValidationSheet OfValidation(int images) => new(this, images);

    private static GroundTruth[] Truths(EncodedTargets targets, float width, float height) =>
    [
        .. targets.Objects.Select(item => new GroundTruth(
            BoundingBox.FromCenter(item.Box.X, item.Box.Y, item.Box.Width, item.Box.Height)
                .Scale(width / targets.Layout.Width, height / targets.Layout.Height),
            item.ClassIndex)),
    ];

    // [3, height, width], 0 to 1.
    private static SKBitmap FromPlanes(ReadOnlySpan<float> planes, int width, int height)
    {
        int plane = width * height;
        byte[] rgba = new byte[4 * plane];
        for (int i = 0; i < plane; i++)
            Set(rgba.AsSpan(4 * i), Byte(planes[i]), Byte(planes[plane + i]), Byte(planes[2 * plane + i]));
        return Picture(rgba, width, height);

        static byte Byte(float value) => (byte)Math.Clamp((int)MathF.Round(255 * value), 0, 255);
    }

    private static SKBitmap FromRgb(TrainingImage image)
    {
        byte[] rgba = new byte[4 * image.Width * image.Height];
        for (int i = 0; i < image.Width * image.Height; i++)
            Set(rgba.AsSpan(4 * i), image.Rgb[3 * i], image.Rgb[3 * i + 1], image.Rgb[3 * i + 2]);
        return Picture(rgba, image.Width, image.Height);
    }

    private static SKBitmap Picture(byte[] rgba, int width, int height)
    {
        var picture = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Marshal.Copy(rgba, 0, picture.GetPixels(), rgba.Length);
        return picture;
    }

    private static void Set(Span<byte> pixel, byte red, byte green, byte blue) =>
        (pixel[0], pixel[1], pixel[2], pixel[3]) = (red, green, blue, byte.MaxValue);

    /// <summary>The first images of a validation with their objects and detections.</summary>
    internal sealed class ValidationSheet(TrainingPictures pictures, int images) : IDisposable
    {
        private readonly PictureSheet _sheet = new(images);

        /// <summary>Adds an image; once the sheet is full nothing happens.</summary>
        /// <param name="image">The image with its objects.</param>
        /// <param name="detections">What was found, boxes in pixels of the image.</param>
        public void Add(TrainingImage image, IReadOnlyList<Detection> detections)
        {
            if (_sheet.IsFull)
                return;
            var stored = image.AtStoredSize();
            using var picture = FromRgb(stored);
            _sheet.Add(picture, (fitted, scale) =>
            {
                float ofImage = scale / image.Reduction;
                pictures._renderer.DrawTruths(fitted, [.. stored.Objects.Select(item => item with { Box = item.Box.Scale(scale, scale) })]);
                var shown = detections.Where(item => item.Score >= ScoreThreshold);
                pictures._renderer.Draw(fitted, [.. shown.Select(item => item with { Box = item.Box.Scale(ofImage, ofImage) })]);
            });
        }

        /// <summary>Writes the sheet in the place of the one before.</summary>
        /// <exception cref="IOException">The file cannot be written.</exception>
        public void Save() => _sheet.Save(Path.Combine(pictures._folder, "validation.jpg"));

        public void Dispose() => _sheet.Dispose();
    }
}
