using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Yolo.MLNet.Data;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Seam;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Trainers;

/// <summary>Trains a YOLOv2 detector on images with labelled boxes. Works alone or as a step of a pipeline, behind <c>LoadImages</c> for instance.</summary>
/// <remarks>Images of <c>ml.Data</c>'s loaders are decoded from their files, by several threads, when they are needed. Those of other data views are decoded once, before the training, and
/// beyond <see cref="YoloV2TrainerOptions.CacheBytes"/> kept in a temporary file. An image that is at least four times as wide and as high as the network's input is averaged down with
/// <see cref="Yolo.Model.Imaging.ResizeFilter.Antialiased"/>, as it is when it is scored. Images without objects are trained on, too: nothing is to be found in them. Crowds are not
/// trained on.</remarks>
public sealed class YoloV2Trainer : IEstimator<YoloV2DetectionTransformer>
{
    private const int MaximumCalibrationImages = 300;

    private readonly IHost _host;

    internal YoloV2Trainer(IHostEnvironment env, YoloV2TrainerOptions options)
    {
        _host = env.Register(nameof(YoloV2Trainer));
        Options = options with { Seed = options.Seed ?? HostEnvironments.Seed(env) };
    }

    /// <summary>How the trainer trains; its seed is that of the context if the options named none.</summary>
    public YoloV2TrainerOptions Options { get; }

    /// <summary>Reads the images, trains and returns the detector.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; found before any data is read.</exception>
    /// <exception cref="ArgumentException">The options have both validation data and a fraction.</exception>
    /// <exception cref="InvalidDataException">A row has no image, its labels and boxes do not fit together, or its label is not among the classes; or the file of
    /// initial weights does not fit the network; or more images than <see cref="YoloV2TrainerOptions.MaximumSkipped"/> cannot be read, or, with <see cref="OnError.Throw"/>, one.</exception>
    /// <exception cref="IOException">There is no room for images in <see cref="YoloV2TrainerOptions.CacheFolder"/>; or, with <see cref="OnError.Throw"/>, an image cannot be read.</exception>
    /// <exception cref="InvalidOperationException">There is no image or no object, the loss is no longer finite, or the checkpoints are of another training.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped; where there are <see cref="TrainingOptions.Checkpoints"/>, a last one is left.</exception>
    public YoloV2DetectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShapes.Of(input.Schema));
        if (Options is { ValidationData: not null, ValidationFraction: > 0 })
            throw new ArgumentException("There are both ValidationData and a ValidationFraction: leave one of them out.", nameof(input));
        if (Options.ValidationData is { } validationData)
            TrainingImageReader.Check(SchemaShapes.Of(validationData.Schema), Options.Columns);
        using var channel = _host.Start("Training");
        using var cancellation = new HostCancellation(_host, Options.CancellationToken);
        using var log = new TrainingLog(_host, channel, Options.Progress);

        var reading = Options.Distributed?.WorkAlone();
        using var set = TrainingSet.Read(input, Options, log, cancellation.Token);
        using var validationSet = ReadValidation(set, log, cancellation.Token);
        var (images, validation) = Options.ValidationFraction > 0 ? Split(set, log) : (Readable(set, set.Images, log), validationSet is null ? null : Readable(validationSet, validationSet.Images, log));
        var clusters = TrainingSet.Anchors(images.Labels, Options);
        if (clusters.Warning is { } fewer)
            log.Warn(fewer);
        var network = Options.Network.WithRegion(set.ClassNames.Count, clusters.Anchors);
        var options = FineTuning.Apply(Options, network, images.Labels.Count) with { GpuDeviceId = HostDevice.Select(_host, Options.GpuDeviceId), Checkpoints = Logged(Options.Checkpoints, log) };
        var trainer = new DetectorTrainer(network, options, set.ClassNames);
        var initial = InitialWeights(network, trainer, log, out int loaded);
        var summary = Summarize(set, images.Labels, clusters, trainer, loaded);
        log.Report(summary);
        if (Options.FreezeLayers > loaded)
            log.Warn($"{Options.FreezeLayers} convolutions are frozen, but only {loaded} start from given weights: the others stay as random as they are.");
        if (trainer.UnusedGpu is { } advice)
            log.Warn(advice);
        if (NativeAllocator.Warning is { } slow)
            log.Warn(slow);
        if (Options.Distributed is null or { Rank: 0 })
            Options.Started?.Report(summary);
        reading?.Dispose();
        var result = Train(trainer, new(images, validation), initial, log, cancellation.Token);
        if (validation is not null)
            log.Info(string.Create(CultureInfo.InvariantCulture, $"The weights are those of epoch {result.Epoch}."));
        var model = new DetectorModel(network, result.Weights, set.ClassNames, Options.Resize, Options.Filter);
        return new(_host, Options is { Int8: true, Distributed: null or { Rank: 0 } } ? Quantize(model, images, cancellation.Token) : model, Options.Detection, Options.Columns);
    }

    /// <summary>The weights to start from, random ones where the options name no file.</summary>
    private StartingWeights InitialWeights(NetworkDefinition network, DetectorTrainer trainer, TrainingLog log, out int loaded)
    {
        loaded = 0;
        if (Options.InitialWeights is not { } source)
            return trainer.RandomWeights;
        var initial = source.Read(network, trainer.CreateWeights(), out loaded);
        log.Info($"{loaded} of {network.Convolutions.Length} convolutions start from {source.Path}.");
        return StartingWeights.Of(initial);
    }

    /// <summary>Trains, and in any case says how many images were left out.</summary>
    private static TrainingResult Train(DetectorTrainer trainer, TrainingData data, StartingWeights initial, TrainingLog log, CancellationToken cancellation)
    {
        try
        {
            return trainer.Train(data, initial, log, cancellation);
        }
        finally
        {
            if (data.Images.Skipped.Summary is { } skipped)
                log.Warn(skipped);
            if (data.Validation?.Skipped.Summary is { } skippedInValidation)
                log.Warn($"Validation: {skippedInValidation}");
        }
    }

    private ReadableImages Readable(TrainingSet set, ITrainingImages images, TrainingLog log) => new(images, set.OnError, Options.MaximumSkipped, log.Warn);

    private (ReadableImages Images, ReadableImages? Validation) Split(TrainingSet set, TrainingLog log)
    {
        if (set.Images.Labels.Count < 2)
            throw new InvalidOperationException("One image cannot be split into some to train on and some to validate with.");
        var (rest, drawn) = ImageSubset.Split(set.Images, Options.ValidationFraction, Options.SeedOrDefault);
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{drawn.Labels.Count} of {set.Images.Labels.Count} images are drawn to validate with."));
        return (Readable(set, rest, log), Readable(set, drawn, log));
    }

    private TrainingSet? ReadValidation(TrainingSet set, TrainingLog log, CancellationToken cancellation)
    {
        if (Options.ValidationData is not { } data)
            return null;
        var options = Options with { ClassNames = set.ClassNames, CacheBytes = Math.Max(0, Options.CacheBytes - set.Images.InMemory.Bytes) };
        var validation = TrainingSet.Read(data, options, log, cancellation);
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{validation.Images.Labels.Count} images to validate with; {validation.Images.InMemory.Images} are kept in memory."));
        return validation;
    }

    private static CheckpointOptions? Logged(CheckpointOptions? options, TrainingLog log) => options is null ? null : options with
    {
        Warning = log.Warn + options.Warning,
        Resumed = (path => log.Info($"The training goes on from {path}.")) + options.Resumed,
    };

    private TrainingSummary Summarize(TrainingSet set, IReadOnlyList<ImageLabels> images, AnchorClusters clusters, DetectorTrainer trainer, int loaded)
    {
        int[] objects = new int[set.ClassNames.Count];
        foreach (var image in images)
        {
            foreach (var item in image.Objects.Where(static item => item.IsTaught))
                objects[item.ClassIndex]++;
        }
        return new()
        {
            Images = images.Count,
            ImagesWithoutObjects = images.Count(image => !image.Objects.Any(static item => item.IsTaught)),
            ImagesInMemory = set.Images.InMemory.Images,
            Classes = [.. set.ClassNames.Zip(objects, KeyValuePair.Create)],
            Anchors = clusters.Anchors,
            AverageIoU = clusters.AverageIoU,
            Convolutions = Options.Network.Convolutions.Length,
            LoadedConvolutions = loaded,
            FrozenConvolutions = trainer.FrozenConvolutions,
            Precision = trainer.ComputeType,
            Device = trainer.DeviceName,
            InputSizes = trainer.InputSizes,
        };
    }

    // Images from all over the set: it may be sorted.
    private static DetectorModel Quantize(DetectorModel model, ReadableImages images, CancellationToken cancellation)
    {
        using var calibrator = new Calibrator(model);
        int count = Math.Min(images.Labels.Count, MaximumCalibrationImages);
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            calibrator.Add(images.Load((int)((long)i * images.Labels.Count / count)).Pixels);
        }
        return model.WithQuantization(calibrator.Measure());
    }

    /// <summary>The shape with the columns of the detections added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TrainingImageReader.Check(inputSchema, Options.Columns);
        return DetectionShapes.With(inputSchema, Options.Columns);
    }
}
