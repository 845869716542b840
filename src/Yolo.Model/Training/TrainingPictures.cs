using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;
using Yolo.Model.Drawing;
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
                var boxes = part.Targets.BoxesOf(i);
                using var picture = Picture(part, i);
                sheet.Add(picture, (fitted, _) =>
                    _renderer.DrawTruths(fitted, [.. boxes.Select(item => item with { Box = item.Box.Scale(fitted.Width, fitted.Height) })]));
            }
        }
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"batch-{step + 1}.jpg"));
        sheet.Save(path);
    }

    /// <summary>Begins the sheet of a validation; <see cref="ValidationSheet.Save"/> ends it.</summary>
    /// <param name="images">Number of validation images.</param>
    public ValidationSheet OfValidation(int images) => new(this, images);

    private static SKBitmap Picture(TrainingBatch batch, int image)
    {
        var (width, height) = (batch.Input.Width, batch.Input.Height);
        int length = TrainingBatch.BytesOf(batch.Input, batch.Format);
        var pixels = batch.Pixels.Slice(image * length, length);
        byte[] rgb = new byte[batch.Input.Count];
        if (batch.Format == BatchFormat.Bytes)
            pixels.CopyTo(rgb);
        else
            PixelBytes.Pack(MemoryMarshal.Cast<byte, float>(pixels), rgb);
        return Picture(rgb, width, height);
    }

    private static SKBitmap Picture(ReadOnlySpan<byte> rgb, int width, int height)
    {
        byte[] rgba = new byte[4 * width * height];
        for (int i = 0; i < width * height; i++)
            (rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2], rgba[4 * i + 3]) = (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], byte.MaxValue);
        var picture = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Marshal.Copy(rgba, 0, picture.GetPixels(), rgba.Length);
        return picture;
    }

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
            using var picture = Picture(stored.Rgb, stored.Width, stored.Height);
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
        public void Save()
        {
            string path = Path.Combine(pictures._folder, "validation.jpg");
            _sheet.Save(path);
        }

        public void Dispose() => _sheet.Dispose();
    }
}
