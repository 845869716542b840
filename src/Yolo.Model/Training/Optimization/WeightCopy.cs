using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Optimization;

/// <summary>A second set of a module's weights and rolling statistics beside its own.</summary>
internal sealed class WeightCopy : IDisposable
{
    private readonly FlatWeights _weights;
    private readonly Tensor[] _runs;
    private readonly (string Name, Tensor Value)[] _views;

    /// <summary>Copies the weights.</summary>
    public WeightCopy(FlatWeights weights)
    {
        using var noGradient = no_grad();
        _weights = weights;
        _runs = [.. weights.Runs.Select(run => run.clone().DetachFromDisposeScope())];
        _views = [.. weights.ViewsOf(_runs)];
    }

    /// <summary>The copies by the names of the module's state.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Tensors => _views;

    /// <summary>The copies, as <see cref="FlatWeights.Runs"/>.</summary>
    public IReadOnlyList<Tensor> Runs => _runs;

    /// <summary>Moves every copy towards the module's weights by a share of the way.</summary>
    public void MoveCloser(double share)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        // Filled on the device: nothing travels there.
        using Scalar value = share;
        var weight = full([], value, dtype: ScalarType.Float32, device: _runs[0].device);
        foreach (var (run, copy) in _weights.Runs.Zip(_runs))
            copy.lerp_(run, weight);
    }

    /// <summary>Copies the module's weights again.</summary>
    public void CopyFromModule() => Each(static (run, copy) => copy.copy_(run));

    /// <summary>Puts the copies in the place of the module's weights.</summary>
    public void CopyToModule() => Each(static (run, copy) => run.copy_(copy));

    /// <summary>Exchanges the copies and the module's weights.</summary>
    public void Swap() => Each(static (run, copy) =>
    {
        using var kept = run.clone();
        run.copy_(copy);
        copy.copy_(kept);
    });

    public void Dispose()
    {
        foreach (var (_, view) in _views)
            view.Dispose();
        foreach (var run in _runs)
            run.Dispose();
    }

    private void Each(Action<Tensor, Tensor> change)
    {
        using var noGradient = no_grad();
        foreach (var (run, copy) in _weights.Runs.Zip(_runs))
        {
            using var scope = NewDisposeScope();
            change(run, copy);
        }
    }
}
