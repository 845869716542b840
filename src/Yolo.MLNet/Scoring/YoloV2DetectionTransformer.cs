using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Encoding;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Scoring;

/// <summary>Finds objects in images with a YOLOv2 network. Saved and loaded by <c>ml.Model.Save</c> and <c>ml.Model.Load</c> like any transformer.</summary>
/// <remarks><para>Adds the output columns of <see cref="ObjectDetectionColumns"/>: vectors as long as there are detections in the image, which may be none. A missing
/// image (null, as <c>LoadImages</c> makes it of an empty path) has none. An image is scored once for all columns, when the first of them is read. Images are
/// read and never disposed; they are taken as they come, and neither ML.NET's <c>LoadImages</c> nor <c>LoadFromVoc</c> turns them by their EXIF orientation.</para>
/// <para>A cursor over <see cref="Transform"/> whose consumer reads detections but not the image itself, as evaluation does, reads the next rows on the consumer's thread meanwhile and
/// scores them on others: as many images at once as a pass has threads (<see cref="DetectionOptions.IntraOpThreads"/>), which is faster than one after the other.
/// <see cref="Detector.DetectFiles"/> says what that costs in memory. Dispose cursors.</para>
/// <para>Safe for use by several threads at once, each with its own cursor, row or prediction engine. On the CPU scoring runs on ONNX Runtime and never loads libtorch. The
/// device is not saved: a loaded model runs where the context says that loads it (<c>mlContext.GpuDeviceId</c>).</para></remarks>
public sealed class YoloV2DetectionTransformer : ITransformer, IDisposable
{
    private readonly Detector _detector;

    /// <summary>Builds the engine of a model, on the device that options and context choose (<see cref="HostDevice"/>).</summary>
    internal YoloV2DetectionTransformer(IHostEnvironment env, DetectorModel model, DetectionOptions options, ObjectDetectionColumns columns)
        : this(CreateDetector(model, options with { GpuDeviceId = HostDevice.Select(env, options.GpuDeviceId) }), columns)
    {
    }

    private YoloV2DetectionTransformer(Detector detector, ObjectDetectionColumns columns)
    {
        _detector = detector;
        Columns = columns;
    }

    /// <summary>Network, weights, class names and resize mode.</summary>
    public DetectorModel Model => _detector.Model;

    /// <summary>Which boxes are reported, and the device that was chosen.</summary>
    public DetectionOptions Options => _detector.Options;

    /// <summary>Names of the columns read and written.</summary>
    public ObjectDetectionColumns Columns { get; }

    /// <summary>Always true: a prediction engine can be made of the transformer.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>A transformer on the same engine that reports other boxes. For evaluation take a low <see cref="DetectionOptions.ScoreThreshold"/>. Each of the two is disposed by itself.</summary>
    /// <param name="options">The options; where they name no GPU, the device stays.</param>
    /// <exception cref="ArgumentException">Threads or GPU are others: they belong to the engine.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public YoloV2DetectionTransformer WithOptions(DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(_detector.WithOptions(options with { GpuDeviceId = options.GpuDeviceId ?? Options.GpuDeviceId }), Columns);
    }

    /// <summary>A transformer on the same engine with another lowest score, above 0 and below 1. For evaluation take a low one: 0.005 is what Darknet uses.</summary>
    public YoloV2DetectionTransformer WithScoreThreshold(float scoreThreshold) => WithOptions(Options with { ScoreThreshold = scoreThreshold });

    /// <summary>The same detector in eight-bit integers: two to three times as fast on processors that multiply bytes, at nearly the same accuracy (<see cref="Calibrator"/>). Saved
    /// with the model, which keeps its weights in float. Evaluate it before use. Each of the two is disposed by itself.</summary>
    /// <param name="images">Images such as the detector will see; labels are not needed.</param>
    /// <param name="maximumImages">How many of them are used, from the first on, at least 1. Default: 300.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no image column of the name in <see cref="Columns"/>, or the number is below 1.</exception>
    /// <exception cref="InvalidOperationException">There is no image.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public YoloV2DetectionTransformer Quantize(IDataView images, int maximumImages = 300)
    {
        _detector.ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumImages, 1);
        RequiredColumns.Image(SchemaShapes.Of(images.Schema), Columns.Image, nameof(images));
        using var calibrator = new Calibrator(Model);
        using var cursor = images.GetRowCursor([images.Schema[Columns.Image]]);
        var getImage = cursor.GetGetter<MLImage?>(images.Schema[Columns.Image]);
        MLImage? image = null;
        while (calibrator.Images < maximumImages && cursor.MoveNext())
        {
            getImage(ref image);
            if (image is not null)
                calibrator.Add(image.PixelView());
        }
        return new(CreateDetector(Model.WithQuantization(calibrator.Measure()), Options), Columns);
    }

    /// <summary>The schema with the output columns added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no image column of the name in <see cref="Columns"/>.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new DetectionRowMapper(_detector, Columns, inputSchema).OutputSchema;
    }

    /// <summary>The data with the output columns added. Nothing is read or scored before a cursor asks for it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no image column of the name in <see cref="Columns"/>.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed; where that happens later, reading detections throws it.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _detector.ThrowIfDisposed();
        var mapper = new DetectionRowMapper(_detector, Columns, input.Schema);
        return new RowMappedDataView(input, mapper, mapper.ReadAhead);
    }

    /// <summary>What <see cref="Transform"/> does, row by row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no image column of the name in <see cref="Columns"/>.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed; where that happens later, reading detections throws it.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _detector.ThrowIfDisposed();
        return new DetectionRowMapper(_detector, Columns, inputSchema);
    }

    /// <summary>Frees the engine. A prediction engine does so, too, unless <c>PredictionEngineOptions.OwnsTransformer</c> is false. The model can still be saved.</summary>
    public void Dispose() => _detector.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelPersistence.Save(ctx, this);

    private static Detector CreateDetector(DetectorModel model, DetectionOptions options) => new(model, options) { Name = nameof(YoloV2DetectionTransformer) };
}
