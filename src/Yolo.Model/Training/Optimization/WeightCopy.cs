using TorchSharp;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Optimization;

/// <summary>A second set of a module's parameters and rolling statistics beside its own.</summary>
internal sealed class WeightCopy : IDisposable
{
    private readonly List<(string Name, Tensor Source, Tensor Copy)> _pairs;

    /// <summary>Copies the module's weights.</summary>
    public WeightCopy(YoloModule module)
    {
        using var noGradient = no_grad();
        _pairs = [.. module.state_dict().Select(pair => (pair.Key, pair.Value, pair.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>The copies by the names of the module's state.</summary>
    public IEnumerable<(string Name, Tensor Value)> Tensors => _pairs.Select(pair => (pair.Name, pair.Copy));

    /// <summary>Moves every copy from where it is to the module's weights by a share of the way.</summary>
    public void Approach(double share)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var weight = tensor((float)share, device: _pairs[0].Copy.device);
        foreach (var (_, source, copy) in _pairs)
            copy.lerp_(source, weight);
    }

    /// <summary>Takes the module's weights.</summary>
    public void Take()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, source, copy) in _pairs)
            copy.copy_(source);
    }

    /// <summary>Puts the copies in the place of the module's weights.</summary>
    public void Apply()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, source, copy) in _pairs)
            source.copy_(copy);
    }

    /// <summary>Exchanges the copies and the module's weights.</summary>
    public void Swap()
    {
        using var noGradient = no_grad();
        foreach (var (_, source, copy) in _pairs)
        {
            using var scope = NewDisposeScope();
            var held = source.detach().clone();
            source.copy_(copy);
            copy.copy_(held);
        }
    }

    public void Dispose() => _pairs.ForEach(pair => pair.Copy.Dispose());
}
