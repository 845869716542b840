using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Trainers;

/// <summary>What a training that starts from a pre-trained backbone does unless the options say otherwise, whether there are twenty images or
/// two thousand.</summary>
internal static class FineTuning
{
    /// <summary>Steps that a head of random weights needs, and the fewest epochs.</summary>
    private const int Steps = 800, FewestEpochs = 20;

    /// <summary>The options; with a backbone, its convolutions learn more slowly than those that know nothing, the one that scales the
    /// pixels does not learn, and the images decide how many epochs there are.</summary>
    /// <param name="options">The options.</param>
    /// <param name="network">The network with the classes of the data.</param>
    /// <param name="images">Images to train on.</param>
    /// <exception cref="InvalidDataException">The network does not begin with the backbone's blocks.</exception>
    public static YoloV2TrainerOptions Apply(YoloV2TrainerOptions options, NetworkDefinition network, int images) =>
        options.InitialWeights is not Backbone backbone ? options : options with
        {
            Epochs = options.Epochs ?? EpochsFor(images, options.BatchSize),
            BackboneLayers = options.BackboneLayers > 0 ? options.BackboneLayers : backbone.ConvolutionsIn(network),
            FreezeLayers = Math.Max(options.FreezeLayers, 1),
        };

    /// <summary>Epochs for a number of images.</summary>
    internal static int EpochsFor(int images, int batchSize)
    {
        int stepsPerEpoch = (images + batchSize - 1) / batchSize;
        return Math.Max(FewestEpochs, (Steps + stepsPerEpoch - 1) / stepsPerEpoch);
    }
}
