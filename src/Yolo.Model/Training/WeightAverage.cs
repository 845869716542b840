using TorchSharp;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>Exponential running average of a module's parameters and rolling statistics: smoother, and on small data sets better, than the last weights.</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly List<(Tensor Source, Tensor Average)> _pairs;
    private long _steps;

    public WeightAverage(YoloModule module, double decay)
    {
        _decay = decay;
        using var noGradient = no_grad();
        _pairs = [.. module.state_dict().Values.Select(source => (source, source.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Takes in the weights after a step. Early averages cover fewer steps: the decay is at most (1 + steps) / (10 + steps).</summary>
    public void Update()
    {
        _steps++;
        double decay = Math.Min(_decay, (1.0 + _steps) / (10.0 + _steps));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var share = tensor((float)(1 - decay), device: _pairs[0].Average.device);
        foreach (var (source, average) in _pairs)
            average.lerp_(source, share);
    }

    /// <summary>Puts the average in the place of the weights.</summary>
    public void Apply()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (source, average) in _pairs)
            source.copy_(average);
    }

    public void Dispose() => _pairs.ForEach(pair => pair.Average.Dispose());
}
