using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Imaging;

namespace Yolo.MLNet.Scoring;

/// <summary>An image to be scored, for <c>ml.Model.CreatePredictionEngine&lt;ImageInput, DetectionOutput&gt;(model)</c>. Dispose it after
/// the prediction.</summary>
public sealed class ImageInput : IDisposable
{
    private PixelPressure? _pressure;

    /// <summary>The image, of any size: ML.NET wants numbers in the attribute and does not enforce them. Null has no detections.
    /// <see cref="Dispose"/> frees it.</summary>
    [ImageType(416, 416)]
    public MLImage? Image { get; set; }

    /// <summary>Decodes a file (JPEG, PNG, BMP, WebP, GIF), turned upright where its EXIF data says so: boxes count in the pixels that a viewer shows.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no image, is damaged or has more than 100 million pixels.</exception>
    public static ImageInput FromFile(string path)
    {
        var image = MLImages.Decode(path, ImageOrientation.Upright);
        return new() { Image = image, _pressure = new(4L * image.Width * image.Height) };
    }

    /// <summary>Where this class finds its image if the model's column has another name:
    /// <c>CreatePredictionEngine&lt;ImageInput, DetectionOutput&gt;(model, inputSchemaDefinition: ImageInput.Schema(columns))</c>.</summary>
    /// <param name="columns">The names, such as <see cref="YoloV2DetectionTransformer.Columns"/>.</param>
    public static SchemaDefinition Schema(ObjectDetectionColumns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var schema = SchemaDefinition.Create(typeof(ImageInput));
        schema[nameof(Image)].ColumnName = columns.Image;
        return schema;
    }

    /// <summary>Frees the image, also one that was set.</summary>
    public void Dispose()
    {
        Image?.Dispose();
        Image = null;
        _pressure?.Dispose();
        _pressure = null;
    }
}
