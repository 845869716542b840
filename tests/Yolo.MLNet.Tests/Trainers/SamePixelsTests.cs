using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Trainers;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>What is trained on is what is scored, from the images of a data view to the model that was saved and read again.</summary>
public sealed class SamePixelsTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    // 12 megapixels for a small input; and 320 x 240 for 416, whose last row Darknet's filter leaves black.
    [Theory]
    [InlineData(4000, 3000, 128, 96, ResizeMode.Stretch, ResizeFilter.Antialiased)]
    [InlineData(4000, 3000, 96, 96, ResizeMode.Letterbox, ResizeFilter.Antialiased)]
    [InlineData(4000, 3000, 96, 96, ResizeMode.Letterbox, ResizeFilter.Darknet)]
    [InlineData(320, 240, 416, 416, ResizeMode.Stretch, ResizeFilter.Antialiased)]
    [InlineData(320, 240, 416, 416, ResizeMode.Stretch, ResizeFilter.Darknet)]
    [InlineData(320, 240, 416, 416, ResizeMode.Letterbox, ResizeFilter.Antialiased)]
    public void Fit_Validation_MeasuresWhatEvaluateGivesForTheSavedModel(int width, int height, int inputWidth, int inputHeight,
        ResizeMode resize, ResizeFilter filter)
    {
        var photographs = new Photographs(_ml, width, height, contrast: 75, noise: 40);
        var held = photographs.Draw(6, seed: 2);
        using var model = Fit(photographs.Draw(6, seed: 1), held, Network(inputWidth, inputHeight), epochs: 20, resize, filter,
            out double measured);

        _ml.Model.Save(model, held.Schema, _folder.Combine("model.zip"));
        var loaded = _ml.Model.Load(_folder.Combine("model.zip"), out _);
        using var owned = (IDisposable)loaded;
        double evaluated = _ml.ObjectDetection.Evaluate(loaded.Transform(held)).MeanAveragePrecisionVoc2010;

        Assert.Equal(filter, ((YoloV2DetectionTransformer)loaded).Model.Filter);
        Assert.InRange(evaluated, 1e-3, 1);
        Assert.Equal(evaluated, measured, 1e-6);
    }

    // Noise of +-120 on 12 megapixels. As Darknet samples them most pixels are skipped and the noise stays, averaged it is gone: a model
    // that learned on averages finds next to nothing otherwise.
    [Fact]
    public void Fit_LargeNoisyPhotographs_DetectsWhatItWasTrainedOn()
    {
        var photographs = new Photographs(_ml, 4000, 3000, contrast: 45, noise: 120);
        var images = photographs.Draw(8, seed: 1);

        using var model = Fit(images, null, Network(128, 96), epochs: 70, ResizeMode.Stretch, ResizeFilter.Antialiased, out _);

        var trained = model.Model;
        using var skipping = new YoloV2DetectionTransformer(
            _ml, new DetectorModel(trained.Network, trained.Weights, trained.ClassNames, trained.Resize, ResizeFilter.Darknet),
                model.Options, model.Columns);
        Assert.InRange(_ml.ObjectDetection.Evaluate(model.Transform(images)).MeanAveragePrecisionVoc2010, 0.9, 1);
        Assert.InRange(_ml.ObjectDetection.Evaluate(skipping.Transform(images)).MeanAveragePrecisionVoc2010, 0, 0.6);
    }

    public void Dispose() => _folder.Dispose();

    private YoloV2DetectionTransformer Fit(IDataView images, IDataView? held, NetworkDefinition network, int epochs, ResizeMode resize,
        ResizeFilter filter, out double measured)
    {
        double last = double.NaN;
        var model = _ml.ObjectDetection.Trainers.YoloV2(new()
        {
            Network = network, AnchorCount = 2, Epochs = epochs, BatchSize = 2, LearningRate = 5e-3, AverageDecay = 0.9,
                Precision = Precision.Float32, Resize = resize, Filter = filter, Augmentation = null,
            ValidationData = held, Validation = new() { EveryEpochs = epochs, KeepBest = false },
                Detection = new() { ScoreThreshold = 0.005f },
            Progress = new TrainerRuns.Listener(report => last = report.Validation?.MeanAveragePrecision50 ?? last),
        }).Fit(images);
        measured = last;
        return model;
    }

    /// <summary>A grid of cells of 16 pixels, of 32 for a large input: objects are a few cells large in either.</summary>
    private static NetworkDefinition Network(int width, int height) => new(new(3, height, width),
    [
        Convolution(8, stride: 2),
        Convolution(12, stride: 2),
        Convolution(16, stride: 2),
        Convolution(24, stride: 2),
        Convolution(24, stride: width < 400 ? 1 : 2),
        Convolution(24, stride: 1),
        new ConvolutionalLayer(14, 1, 1, 0, false, Activation.Linear),
        new RegionLayer(new(new BoxShape(1, 1), new BoxShape(3, 3)), Classes: 2),
    ]);

    private static ConvolutionalLayer Convolution(int filters, int stride) => new(filters, 3, stride, 1, true, Activation.Leaky);
}
