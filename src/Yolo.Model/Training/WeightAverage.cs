using TorchSharp;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>Exponential running average of a module's parameters and rolling statistics: smoother, and on small data sets better, than the last weights.</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly List<(string Name, Tensor Source, Tensor Average)> _pairs;

    public WeightAverage(YoloModule module, double decay)
    {
        _decay = decay;
        using var noGradient = no_grad();
        _pairs = [.. module.state_dict().Select(pair => (pair.Key, pair.Value, pair.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Steps taken in.</summary>
    public long Steps { get; set; }

    /// <summary>The average by the names of the module's state.</summary>
    public IEnumerable<(string Name, Tensor Value)> Tensors => _pairs.Select(pair => (pair.Name, pair.Average));

    /// <summary>Takes in the weights after a step. Early averages cover fewer steps: the decay is at most (1 + steps) / (10 + steps).</summary>
    public void Update()
    {
        Steps++;
        double decay = Math.Min(_decay, (1.0 + Steps) / (10.0 + Steps));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var share = tensor((float)(1 - decay), device: _pairs[0].Average.device);
        foreach (var (_, source, average) in _pairs)
            average.lerp_(source, share);
    }

    /// <summary>Puts the average in the place of the weights.</summary>
    public void Apply()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, source, average) in _pairs)
            source.copy_(average);
    }

    public void Dispose() => _pairs.ForEach(pair => pair.Average.Dispose());
}
