using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Weights;
using static Yolo.MLNet.Tests.Trainers.TrainerRuns;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>What a training starts from.</summary>
public sealed class YoloV2TrainerInitialWeightsTests : IDisposable
{
    private readonly TrainerRuns _runs = new();

    [Fact]
    public void Fit_InitialWeights_StartsFromThem()
    {
        using var first = _runs.Fit(Options);
        var network = first.Model.Network;
        string path = _runs.Folder.Combine("initial.weights");
        DarknetWeightsFile.Write(path, network, first.Model.Weights);

        // So low a rate that the weights stay where they start.
        using var second = _runs.Fit(Options with { InitialWeights = path, Anchors = network.Region.Anchors, LearningRate = 1e-12, WeightDecay = 0 });

        Assert.All(first.Model.Weights.Convolutions[1].Kernel.Zip(second.Model.Weights.Convolutions[1].Kernel), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.Contains(_runs.Log, line => line.Contains($"3 of 3 convolutions start from {path}", StringComparison.Ordinal));
    }

    // The notebook loads all of yolov2.weights but the head. Here three classes become two, and five anchors two.
    [Fact]
    public void Fit_InitialWeightsOfOtherClasses_LoadsAllButTheHead()
    {
        var source = TestModels.Trainable.WithRegion(3, new AnchorSet(new(1, 1), new(2, 2), new(3, 3), new(4, 4), new(5, 5)));
        var weights = WeightInitializer.Create(source, seed: 9);
        string path = _runs.Folder.Combine("other.weights");
        DarknetWeightsFile.Write(path, source, weights);

        using var model = _runs.Fit(Options with { InitialWeights = path, LearningRate = 1e-12, WeightDecay = 0 });

        Assert.All(weights.Convolutions[1].Kernel.Zip(model.Model.Weights.Convolutions[1].Kernel), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.Equal(14, model.Model.Weights.Convolutions[2].Biases.Length);
        Assert.Contains(_runs.Log, line => line.Contains($"2 of 3 convolutions start from {path}", StringComparison.Ordinal));
    }

    // Written like Darknet's darknet19_448.conv.23, which ends behind a convolution: here behind the first one, 8 filters of 27 weights, biases and three of batch norm.
    [Fact]
    public void Fit_PartialInitialWeights_LoadsTheConvolutionsInIt()
    {
        var network = TestModels.Trainable;
        string path = _runs.Folder.Combine("trainable.conv.1");
        DarknetWeightsFile.Write(path, network, WeightInitializer.Create(network, seed: 9));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..(20 + 4 * 8 * (27 + 4))]);

        using var model = _runs.Fit(Options with { InitialWeights = path, FreezeLayers = 1 });

        Assert.Equal(WeightInitializer.Create(network, seed: 9).Convolutions[0].Kernel, model.Model.Weights.Convolutions[0].Kernel);
        Assert.Contains(_runs.Log, line => line.Contains("Of 3 convolutions 1 start from given weights, 1 are frozen", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_RandomLayersFrozen_Warns()
    {
        using var model = _runs.Fit(Options with { FreezeLayers = 1 });

        Assert.Contains(_runs.Log, line => line.StartsWith("Warning: 1 convolutions are frozen, but only 0 start from given weights", StringComparison.Ordinal));
    }

    public void Dispose() => _runs.Dispose();
}
