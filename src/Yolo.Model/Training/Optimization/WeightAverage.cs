using TorchSharp;

namespace Yolo.Model.Training.Optimization;

/// <summary>Exponential running average of a module's weights and rolling statistics: smoother, and on small data sets better, than the last weights.</summary>
internal sealed class WeightAverage(FlatWeights weights, double decay) : IDisposable
{
    private readonly WeightCopy _average = new(weights);

    /// <summary>Steps taken in.</summary>
    public long Steps { get; set; }

    /// <summary>The average by the names of the module's state.</summary>
    public IEnumerable<(string Name, torch.Tensor Value)> Tensors => _average.Tensors;

    /// <summary>The runs of the average, as <see cref="FlatWeights.Runs"/>.</summary>
    public IReadOnlyList<torch.Tensor> Runs => _average.Runs;

    /// <summary>Takes in the weights after a step. Early averages cover fewer steps: the decay is at most (1 + steps) / (10 + steps).</summary>
    public void Update()
    {
        Steps++;
        _average.MoveCloser(1 - Math.Min(decay, (1.0 + Steps) / (10.0 + Steps)));
    }

    /// <summary>Puts the average in the place of the weights.</summary>
    public void CopyToModule() => _average.CopyToModule();

    /// <summary>Exchanges the average and the weights.</summary>
    public void Swap() => _average.Swap();

    public void Dispose() => _average.Dispose();
}
