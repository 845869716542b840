using Yolo.MLNet.Scoring;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Tests;

/// <summary>Models small enough for tests.</summary>
internal static class TestModels
{
    /// <summary>Three convolutions on 64 x 64 pixels, a grid of 8 x 8, to be trained in a moment.</summary>
    public static NetworkDefinition Trainable { get; } = DarknetConfig.Parse(TrainableConfig);

    /// <summary>The same as .cfg text.</summary>
    public const string TrainableConfig =
        """
        [net]
        width=64
        height=64
        channels=3
        [convolutional]
        batch_normalize=1
        filters=8
        size=3
        stride=2
        pad=1
        activation=leaky
        [convolutional]
        batch_normalize=1
        filters=16
        size=3
        stride=2
        pad=1
        activation=leaky
        [maxpool]
        size=2
        stride=2
        [convolutional]
        filters=14
        size=1
        stride=1
        pad=1
        activation=linear
        [region]
        anchors=1,1, 3,3
        classes=2
        num=2
        """;

    /// <summary>Low enough for <see cref="Mini"/> to find something in noise.</summary>
    public static YoloV2DetectOptions LowThreshold { get; } = new() { ScoreThreshold = 0.05f, IntraOpThreads = 1 };

    /// <summary>The golden network with every layer type: 160 x 96 pixels, 3 classes.</summary>
    public static DetectorModel Mini(ResizeMode resize = ResizeMode.Stretch)
    {
        var network = DarknetConfig.Load(TestPaths.Golden("mini/mini.cfg"));
        return new(network, DarknetWeightsFile.Read(TestPaths.Golden("mini/mini.weights"), network), ["ant", "bee", "cat"], resize);
    }
}
