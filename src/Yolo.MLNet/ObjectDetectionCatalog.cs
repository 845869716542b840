using Microsoft.ML;
using Microsoft.ML.Runtime;
using Yolo.MLNet.Data;
using Yolo.MLNet.Evaluation;
using Yolo.MLNet.Seam;
using Yolo.MLNet.Trainers;
using Yolo.Model;
using Yolo.Model.Anchors;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Reports;

namespace Yolo.MLNet;

/// <summary>Object detection in ML.NET's manner: <c>mlContext.ObjectDetection</c>.</summary>
public sealed class ObjectDetectionCatalog
{
    private const string EvaluateName = "ObjectDetection.Evaluate", ClusterAnchorsName = "ObjectDetection.ClusterAnchors";

    private readonly IHostEnvironment _env;

    internal ObjectDetectionCatalog(IHostEnvironment env)
    {
        _env = env;
        Trainers = new(env);
    }

    /// <summary>The trainers.</summary>
    public ObjectDetectionTrainers Trainers { get; }

    /// <summary>Detects in labelled images down to low scores, whatever the model's score threshold, and compares with ground truth under
    /// the rules of Pascal VOC and of COCO.</summary>
    /// <param name="model">The model: a detector, a chain with one, a loaded one. It stays as it is.</param>
    /// <param name="data">Labelled images.</param>
    /// <param name="columns">Names of the columns; null: those of the model. Labels and predicted labels may be text or keys, the column of
    /// difficult flags may be absent.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="progress">Told of the number of images done, after each.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">In a row the numbers of labels, boxes and scores do not fit together.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, or <c>mlContext.CancelExecution()</c> was called meanwhile.</exception>
    public DetectionMetrics Evaluate(
        ITransformer model, IDataView data, ObjectDetectionColumns? columns = null, EvaluationOptions? options = null,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        using var sensitive = new SensitiveModel(model);
        return Evaluate(sensitive.Transform(data), columns ?? sensitive.Columns, options, progress, nameof(data), cancellationToken);
    }

    /// <summary>Compares detections that are there already with ground truth under the rules of Pascal VOC and of COCO.</summary>
    /// <param name="data">What a detector's <c>Transform</c> made of labelled data. Average precision needs detections of low scores, too:
    /// <see cref="DetectionMetrics.Warnings"/> says if they
    /// are missing.
    /// <see cref="Evaluate(ITransformer, IDataView, ObjectDetectionColumns?, EvaluationOptions?, IProgress{int}?, CancellationToken)"/>
    /// sees to it.</param>
    /// <param name="columns">Names of the columns; null: the defaults. Labels and predicted labels may be text or keys, the column of difficult flags may be absent.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">In a row the numbers of labels, boxes and scores do not fit together.</exception>
    /// <exception cref="OperationCanceledException"><c>mlContext.CancelExecution()</c> was called meanwhile.</exception>
    public DetectionMetrics Evaluate(IDataView data, ObjectDetectionColumns? columns = null, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Evaluate(data, columns ?? new(), options, progress: null, nameof(data), CancellationToken.None);
    }

    /// <summary>Detects and compares as
    /// <see cref="Evaluate(ITransformer, IDataView, ObjectDetectionColumns?, EvaluationOptions?, IProgress{int}?, CancellationToken)"/>
    /// does, and
    /// writes <c>report.html</c> (one page that needs no other file, no script and no network: tables, curves, confusion matrix, the worst
    /// errors drawn on their images, and the
    /// definition of every number), <c>metrics.json</c> and <c>metrics.csv</c>, each whole or not at all.</summary>
    /// <param name="model">The model: a detector, a chain with one, a loaded one. It stays as it is.</param>
    /// <param name="data">Labelled images. Those of the gallery are read a second time, so the rows must come in the same order again;
    /// without a column of images the gallery has no
    /// pictures.</param>
    /// <param name="folder">The folder to write to, which is made where it does not exist; a report that is there is replaced.</param>
    /// <param name="report">What the page shows; null: the defaults.</param>
    /// <param name="columns">Names of the columns; null: those of the model.</param>
    /// <param name="options">The options of the evaluation; null: the defaults.</param>
    /// <param name="progress">Told of the number of images done, after each.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    /// <returns>The metrics that the report shows.</returns>
    /// <inheritdoc cref="SaveReport(IDataView, string, ReportOptions?, ObjectDetectionColumns?, EvaluationOptions?)" path="/exception"/>
    public DetectionMetrics SaveReport(
        ITransformer model, IDataView data, string folder, ReportOptions? report = null, ObjectDetectionColumns? columns = null,
        EvaluationOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        using var sensitive = new SensitiveModel(model);
        return SaveReport(sensitive.Transform(data), folder, report ?? new(), columns ?? sensitive.Columns, options, progress,
            nameof(data), cancellationToken);
    }

    /// <summary>The report of detections that are there already.</summary>
    /// <param name="scored">What a detector's <c>Transform</c> made of labelled data, down to a low score. The images of the gallery are
    /// read a second time, so the rows must come in the
    /// same order again; without a column of images the gallery has no pictures.</param>
    /// <param name="folder">The folder to write to, which is made where it does not exist; a report that is there is replaced.</param>
    /// <param name="report">What the page shows; null: the defaults.</param>
    /// <param name="columns">Names of the columns; null: the defaults.</param>
    /// <param name="options">The options of the evaluation; null: the defaults.</param>
    /// <returns>The metrics that the report shows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">In a row the numbers of labels, boxes and scores do not fit together.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, or <c>mlContext.CancelExecution()</c> was called meanwhile.</exception>
    public DetectionMetrics SaveReport(
        IDataView scored, string folder, ReportOptions? report = null, ObjectDetectionColumns? columns = null, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scored);
        return SaveReport(scored, folder, report ?? new(), columns ?? new(), options, progress: null, nameof(scored),
            CancellationToken.None);
    }

    /// <summary>Clusters the boxes of labelled images into anchors under 1 - IoU, as the trainer does where it is given none.</summary>
    /// <param name="data">Labelled images. Those of <c>ml.Data</c>'s loaders are not decoded; others are, for their size.</param>
    /// <param name="network">The network that the anchors are for: its input size and grid.</param>
    /// <param name="count">Number of anchors, at least 1.</param>
    /// <param name="resize">How images are brought to the size of the input.</param>
    /// <param name="seed">Seed of the clustering; null: that of the context, and 0 if it has none.</param>
    /// <param name="columns">Names of the columns; null: the defaults.</param>
    /// <returns>The anchors in grid cells, and the average IoU of a box with its best one. If the boxes have fewer distinct shapes than
    /// <paramref name="count"/>, there are as many anchors as shapes, and ML.NET's log warns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, the count is below 1, or there is no such resize mode.</exception>
    /// <exception cref="ArgumentException">There is no box.</exception>
    /// <exception cref="OperationCanceledException"><c>mlContext.CancelExecution()</c> was called meanwhile.</exception>
    public AnchorClusters ClusterAnchors(
        IDataView data, NetworkDefinition network, int count = 5, ResizeMode resize = ResizeMode.Stretch, int? seed = null,
        ObjectDetectionColumns? columns = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Told(AnchorKMeans.Cluster(ReadShapes(data, network, resize, columns), count, SeedOf(seed)));
    }

    /// <summary>Clusters the boxes of labelled images once for each of several counts of anchors, so that one can be chosen: more anchors fit the boxes better and cost
    /// time.</summary>
    /// <param name="data">Labelled images. Those of <c>ml.Data</c>'s loaders are not decoded; others are, for their size.</param>
    /// <param name="network">The network that the anchors are for: its input size and grid.</param>
    /// <param name="counts">The counts, each at least 1; null: 1 to 10.</param>
    /// <param name="resize">How images are brought to the size of the input.</param>
    /// <param name="seed">Seed of each clustering; null: that of the context, and 0 if it has none. <see cref="ClusterAnchors"/> with the
    /// same seed gives the same anchors.</param>
    /// <param name="columns">Names of the columns; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, a count is below 1, or there is no such resize mode.</exception>
    /// <exception cref="ArgumentException">There is no count, or no box.</exception>
    public AnchorSweep SweepAnchors(
        IDataView data, NetworkDefinition network, IEnumerable<int>? counts = null, ResizeMode resize = ResizeMode.Stretch,
        int? seed = null, ObjectDetectionColumns? columns = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(network);
        var sweep = AnchorSweep.Run(ReadShapes(data, network, resize, columns), counts ?? Enumerable.Range(1, 10), SeedOf(seed));
        _ = Told(sweep.Clusters[^1]);
        return sweep;
    }

    private int SeedOf(int? seed) => seed ?? HostEnvironments.Seed(_env) ?? 0;

    private AnchorClusters Told(AnchorClusters clusters)
    {
        if (clusters.Warning is { } warning)
        {
            using var channel = _env.Start(ClusterAnchorsName);
            channel.Warning(MessageSensitivity.UserData, warning);
        }
        return clusters;
    }

    private DetectionMetrics Evaluate(IDataView scored, ObjectDetectionColumns columns, EvaluationOptions? options,
        IProgress<int>? progress, string parameter, CancellationToken cancellation)
    {
        using var channel = _env.Start(EvaluateName);
        var checkHost = HostEnvironments.CancellationCheck(_env, EvaluateName);
        int images = 0;
        return ObjectDetectionEvaluator.Evaluate(scored, columns, options, message => channel.Warning(MessageSensitivity.Schema, message),
            checkAlive: () =>
        {
            checkHost();
            cancellation.ThrowIfCancellationRequested();
        }, done: () => progress?.Report(++images), parameter);
    }

    private DetectionMetrics SaveReport(
        IDataView scored, string folder, ReportOptions report, ObjectDetectionColumns columns, EvaluationOptions? options,
        IProgress<int>? progress, string parameter, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var metrics = Evaluate(scored, columns, options, progress, parameter, cancellation);
        DetectionReport.Save(folder, metrics, ErrorPictures.Draw(scored, columns, metrics, report, parameter), report);
        return metrics;
    }

    private List<BoxShape> ReadShapes(IDataView data, NetworkDefinition network, ResizeMode resize, ObjectDetectionColumns? columns)
    {
        Argument.Defined(resize, nameof(resize));
        using var channel = _env.Start(ClusterAnchorsName);
        var checkAlive = HostEnvironments.CancellationCheck(_env, ClusterAnchorsName);
        return TrainingImageReader.Read(
            data, columns ?? new(), message => channel.Warning(MessageSensitivity.UserData, message), parameter: nameof(data))
            .SelectMany(row =>
            {
                checkAlive();
                return AnchorShapes.Of(row.Objects.Select(item => item.Box), row.Width, row.Height, network, resize);
            })
            .ToList();
    }
}
