using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Quickstart.Shapes;
using Spectre.Console;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Trainers;

namespace Quickstart;

/// <summary>From labelled images to a saved detector, with the calls that an application would make.</summary>
internal sealed class QuickstartRun(QuickstartOptions options, CancellationToken cancellation)
{
    private const int TrainShapes = 320;
    private const int TestShapes = 100;
    private const int Pictures = 8;

    private readonly MLContext _ml = new(options.Seed);

    /// <summary>Does it all and says what it does.</summary>
    public void Run()
    {
        long start = Environment.TickCount64;
        _ml.Log += ShowWarning;
        var checkpoints = new Checkpoints(options.Checkpoints);
        if (!options.Resume)
            checkpoints.RequireNone();
        options.Output.Create();
        options.Model.Directory!.Create();

        Report.Heading("Data");
        string folder = options.Data?.FullName ?? DrawShapes();
        var sets = ImageSets.Choose(folder, ImageSets.InVoc(folder), options.TrainSet, options.TestSet, options.ValidationSet);
        var train = Load(folder, sets.Train);
        var test = Load(folder, sets.Test);
        var validation = sets.Validation is { } set ? Load(folder, set) : null;

        Report.Heading("Training");
        using var model = Train(train, validation);

        Report.Heading($"Evaluation on the images of '{sets.Test}', in %");
        cancellation.ThrowIfCancellationRequested();
        var metrics = _ml.ObjectDetection.Evaluate(model, test, cancellationToken: cancellation);
        Report.Line(metrics.ToString());
        Report.Line(string.Create(CultureInfo.InvariantCulture, $"mAP50 (VOC 2010+): {metrics.MeanAveragePrecisionVoc2010:F3}"));

        Report.Heading("Detection with the model saved and loaded again");
        _ml.Model.SaveAtomic(model, train.Schema, options.Model.FullName);
        checkpoints.Clear();
        var loaded = _ml.Model.Load(options.Model.FullName, out _);
        string[] images = [.. test.GetColumn<string>("ImagePath").Take(Pictures)];
        Detect(loaded, model.Model.ClassNames, images);

        Report.Heading("Written");
        Report.Line($"model      {options.Model.FullName}");
        Report.Line($"pictures   {options.Output.FullName} ({images.Length} annotated images)");
        Report.Line($"losses     {Curve}, {Metrics}");
        if (options.Data is null)
            Report.Line($"data       {folder} (drawn for this run; delete it at will)");
        Report.Line($"Done in {TimeSpan.FromMilliseconds(Environment.TickCount64 - start):m\\:ss} minutes.");
    }

    private string Curve => Path.Combine(options.Output.FullName, "loss.png");

    private string Metrics => Path.Combine(options.Output.FullName, "metrics.csv");

    private string DrawShapes()
    {
        string folder = Directory.CreateTempSubdirectory("yolo-quickstart-").FullName;
        ShapesDataset.Create(folder, TrainShapes, TestShapes, options.Seed, cancellation);
        Report.Line($"Drew {TrainShapes} images to train on and {TestShapes} to test with: {folder}");
        return folder;
    }

    private IDataView Load(string folder, string set)
    {
        var data = _ml.Data.LoadFromVoc(folder, set);
        var labels = data.GetColumn<ReadOnlyMemory<char>[]>("Labels").ToList();
        var classes = labels.SelectMany(image => image).CountBy(label => label.ToString()).OrderBy(c => c.Key, StringComparer.Ordinal);
        Report.Line($"{set}: {labels.Count} images, {string.Join(", ", classes.Select(c => $"{c.Value} {c.Key}"))}");
        return data;
    }

    private YoloV2DetectionTransformer Train(IDataView train, IDataView? validation)
    {
        var clusters = _ml.ObjectDetection.ClusterAnchors(train, options.Network, options.Anchors, seed: options.Seed);
        Report.Line(string.Create(CultureInfo.InvariantCulture, $"{options.Anchors} anchors fit the boxes with an average IoU of {clusters.AverageIoU:F2}: ")
            + string.Join(", ", clusters.Anchors.Select(anchor => string.Create(CultureInfo.InvariantCulture, $"{anchor.Width:F1} x {anchor.Height:F1}"))) + " grid cells");
        var input = options.Network.Input;
        Report.Line($"Network: {options.Network.Convolutions.Length} convolutions, input {input.Width} x {input.Height}");

        Report.Line($"Drawn and written while it runs: {Curve}, {Metrics}");

        return TrainingProgressView.Run(AnsiConsole.Console, progress => _ml.ObjectDetection.Trainers.YoloV2(new YoloV2TrainerOptions
        {
            Network = options.Network,
            Anchors = clusters.Anchors,
            InitialWeights = options.InitialWeights,
            Epochs = options.Epochs,
            BatchSize = options.BatchSize,
            LearningRate = options.LearningRate,
            GpuDeviceId = options.Gpu,
            Seed = options.Seed,
            ValidationData = validation,
            Validation = new() { Patience = options.Patience },
            MetricsFile = Metrics,
            Checkpoints = new(options.Checkpoints.FullName) { Resume = options.Resume },
            Progress = progress,
            CancellationToken = cancellation,
        }).Fit(train), epochs => LossCurve.Save(Curve, epochs));
    }

    private void Detect(ITransformer model, IReadOnlyList<string> classNames, IEnumerable<string> images)
    {
        using var engine = _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(model);
        var pictures = new DetectionPictures(options.Output.FullName, classNames);
        foreach (string image in images)
        {
            cancellation.ThrowIfCancellationRequested();
            using var photo = ImageInput.FromFile(image);
            var found = engine.Predict(photo).Detections;
            pictures.Save(image, found);
            Report.Line($"{Path.GetFileName(image)}: " + string.Join(", ", found
                .Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.ClassName} {100 * d.Score:F0}%"))));
        }
    }

    /// <summary>Passes on what ML.NET's log warns of, such as boxes that a loader had to skip.</summary>
    private static void ShowWarning(object? sender, LoggingEventArgs entry)
    {
        if (entry.Kind >= ChannelMessageKind.Warning)
            Report.Line(entry.RawMessage);
    }
}
