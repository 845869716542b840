using TorchSharp;
using TorchSharp.Modules;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Optimization;

/// <summary>Parameters that stand side by side in a run of <see cref="FlatWeights"/> and are changed together. Owns its moments.</summary>
/// <param name="weights">The part of the run.</param>
/// <param name="parameters">The parameters in it, by the names of the module's state, in its order.</param>
/// <param name="convolution">Number of the first one's convolution; all belong to the same group of the learning rate.</param>
/// <param name="decays">Whether weight decay is for them.</param>
/// <param name="moments">How many numbers an optimizer keeps for each weight.</param>
internal sealed class ParameterBucket(Tensor weights, IReadOnlyList<(string Name, Parameter Parameter)> parameters, int convolution, bool decays, int moments) : IDisposable
{
    private readonly Tensor[] _moments = [.. Enumerable.Range(0, moments).Select(_ => zeros_like(weights).DetachFromDisposeScope())];

    /// <summary>The weights, flat.</summary>
    public Tensor Weights => weights;

    /// <summary>Number of the first parameter's convolution.</summary>
    public int Convolution => convolution;

    /// <summary>Steps that an optimizer has counted: none while the parameters were frozen.</summary>
    public long Steps { get; set; }

    /// <summary>Whether weight decay is for them.</summary>
    public bool Decays => decays;

    /// <summary>What an optimizer keeps, flat, as long as the weights.</summary>
    public IReadOnlyList<Tensor> Moments => _moments;

    /// <summary>The parameters.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters => parameters;

    /// <summary>Whether an optimizer changes them at the moment.</summary>
    public bool Learns => parameters[0].Parameter.requires_grad;

    /// <summary>The gradients as they stand in memory, flat, one of each parameter; zeros where there is none yet. The caller disposes
    /// them.</summary>
    public Tensor[] Gradients()
    {
        using var scope = NewDisposeScope();
        foreach (var (_, parameter) in parameters)
            parameter.grad = parameter.grad is { } gradient ? Ordered(gradient) : zeros_like(parameter);
        return [.. parameters.Select(item => InMemory(item.Parameter.grad!).DetachFromDisposeScope())];
    }

    /// <summary>The gradient, flat, which is the caller's; null where the parameters are frozen. They hold none any more.</summary>
    public Tensor? TakeGradient()
    {
        if (!Learns)
            return null;
        Tensor[] parts = [.. parameters.Select(item => Flat(item.Parameter.grad ?? zeros_like(item.Parameter)))];
        var gradient = parts is [var single] ? single : cat(parts);
        foreach (var (_, parameter) in parameters)
            parameter.grad = null;
        return gradient;
    }

    public void Dispose()
    {
        foreach (var moment in _moments)
            moment.Dispose();
        weights.Dispose();
    }

    /// <summary>The same gradient in the order of its weights' memory.</summary>
    private static Tensor Ordered(Tensor gradient) => gradient.dim() == 4 ? gradient.ToChannelsLast() : gradient.contiguous();

    private static Tensor InMemory(Tensor gradient) => (gradient.dim() == 4 ? gradient.permute(0, 2, 3, 1) : gradient).view(-1);

    /// <summary>A gradient in the order of its weights' memory, which is channels-last.</summary>
    private static Tensor Flat(Tensor gradient) => (gradient.dim() == 4 ? gradient.permute(0, 2, 3, 1) : gradient).reshape(-1);
}
