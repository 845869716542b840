using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Quickstart;

/// <summary>What the command line asks for.</summary>
internal sealed record QuickstartOptions
{
    /// <summary>Folder of a Pascal VOC data set; null draws one.</summary>
    public DirectoryInfo? Data { get; init; }

    /// <summary>The network to train, for any classes and anchors: those are replaced by the data's.</summary>
    public required NetworkDefinition Network { get; init; }

    /// <summary>The weights that the training starts from; null: random ones.</summary>
    public InitialWeights? InitialWeights { get; init; }

    /// <summary>Passes over the training images; null: as many as the trainer takes by itself.</summary>
    public required int? Epochs { get; init; }

    /// <summary>Images per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Highest learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Anchors to cluster.</summary>
    public required int Anchors { get; init; }

    /// <summary>Image set to train on; null takes <c>trainval</c> where there is one, else <c>train</c>.</summary>
    public string? TrainSet { get; init; }

    /// <summary>Image set to evaluate on; null takes <c>test</c> where there is one, else <c>val</c>.</summary>
    public string? TestSet { get; init; }

    /// <summary>Image set to validate with during the training; null takes <c>val</c> where that is neither trained on nor tested with.</summary>
    public string? ValidationSet { get; init; }

    /// <summary>Validations in a row without a better one after which the training stops; 0 never does.</summary>
    public int Patience { get; init; }

    /// <summary>Where the trained model goes.</summary>
    public required FileInfo Model { get; init; }

    /// <summary>Where pictures go.</summary>
    public required DirectoryInfo Output { get; init; }

    /// <summary>Where the training leaves checkpoints until the model is saved.</summary>
    public required DirectoryInfo Checkpoints { get; init; }

    /// <summary>Whether the training goes on from the newest checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>CUDA device; null trains on the CPU.</summary>
    public int? Gpu { get; init; }

    /// <summary>Seed of everything that is drawn.</summary>
    public required int Seed { get; init; }
}
