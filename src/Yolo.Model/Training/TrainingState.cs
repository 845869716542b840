using TorchSharp;
using Yolo.Model.Torch;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Optimization;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>All that a training changes from step to step.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly FlatWeights _weights;

    /// <summary>Starts with the module's weights.</summary>
    /// <param name="module">The module; not owned.</param>
    /// <param name="options">The options.</param>
    /// <param name="history">Steps and epochs of the run.</param>
    /// <param name="seen">Images the weights were trained on.</param>
    /// <param name="keepsBest">Whether the weights of the best validation are kept.</param>
    public TrainingState(YoloModule module, TrainingOptions options, TrainingHistory history, long seen, bool keepsBest)
    {
        Module = module;
        History = history;
        Seen = seen;
        _weights = new(module);
        Optimizer = new(_weights, options);
        Average = options.AverageDecay > 0 ? new(_weights, options.AverageDecay) : null;
        Best = keepsBest ? new(_weights) : null;
    }

    /// <summary>The module, whose parameters and rolling statistics are the weights. Not owned.</summary>
    public YoloModule Module { get; }

    public TrainingOptimizer Optimizer { get; }

    /// <summary>The running average of the weights; null where there is none.</summary>
    public WeightAverage? Average { get; }

    /// <summary>The weights of the best validation so far; null where they are not kept.</summary>
    public WeightCopy? Best { get; }

    /// <summary>The steps done, and what was reported of them.</summary>
    public TrainingHistory History { get; }

    /// <summary>File of the last checkpoint that was written or resumed from; null where there is none.</summary>
    public string? LastCheckpoint { get; set; }

    /// <summary>Images the weights were trained on so far.</summary>
    public long Seen { get; set; }

    /// <summary>The images that cannot be read and are not trained on; null where none can be left out.</summary>
    public SkippedImages? Skipped { get; init; }

    /// <summary>The images that cannot be read and are not validated with; null where none can be left out.</summary>
    public SkippedImages? SkippedInValidation { get; init; }

    /// <summary>The rolling statistics and their average, which differ between processes that see other images.</summary>
    public IEnumerable<Tensor> Statistics =>
    [
        _weights.Runs[(int)WeightRun.Statistics],
        .. Average is null ? [] : new[] { Average.Runs[(int)WeightRun.Statistics] },
    ];

    /// <summary>Every tensor of the state by name, in an order that follows from the network and the options.</summary>
    public IEnumerable<(string Name, Tensor Value)> Tensors =>
    [
        .. Module.state_dict().Select(pair => ($"weights/{pair.Key}", pair.Value)),
        .. (Average?.Tensors ?? []).Select(pair => ($"average/{pair.Name}", pair.Value)),
        .. (Best?.Tensors ?? []).Select(pair => ($"best/{pair.Name}", pair.Value)),
        .. Optimizer.Moments.Select(pair => ($"optimizer/{pair.Name}", pair.Value)),
    ];

    public void Dispose()
    {
        Best?.Dispose();
        Average?.Dispose();
        Optimizer.Dispose();
        _weights.Dispose();
    }
}
