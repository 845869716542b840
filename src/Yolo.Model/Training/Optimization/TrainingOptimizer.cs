using TorchSharp;
using TorchSharp.Modules;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Optimization;

/// <summary>Applies gradients to a module: clipping, learning rate, and weight decay on convolution kernels only.</summary>
/// <remarks>The formulas are those of <c>torch.optim</c>, in its order of operations. Its .NET counterparts are not used: they make half a dozen scalars for each
/// parameter, none of which is safe from the finalizer (<see cref="TensorNumbers"/>). Here those of a step are made once.</remarks>
internal sealed class TrainingOptimizer : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly List<Parameter> _kernels;
    private readonly List<Parameter> _parameters;
    private readonly List<Tensor> _means = [], _squares = [], _momenta = [];
    private readonly TrainingOptions _options;
    private long _steps;

    public TrainingOptimizer(YoloModule module, TrainingOptions options)
    {
        _options = options;
        _kernels = [.. module.Convolutions.Select(convolution => convolution.Kernel).Where(parameter => parameter.requires_grad)];
        _parameters =
        [
            .. _kernels,
            .. module.Convolutions.SelectMany(convolution => new[] { convolution.Biases, convolution.Scales }).OfType<Parameter>().Where(parameter => parameter.requires_grad),
        ];
        List<List<Tensor>> kept = Argument.Defined(options.Optimizer, nameof(options)) != OptimizerKind.Sgd ? [_means, _squares] : options.Momentum > 0 ? [_momenta] : [];
        using var noGradient = no_grad();
        foreach (var list in kept)
            list.AddRange(_parameters.Select(parameter => zeros_like(parameter).DetachFromDisposeScope()));
    }

    /// <summary>Steps counted for each parameter; zeros where the optimizer counts none.</summary>
    public IReadOnlyList<long> Steps => [.. _parameters.Select(_ => _steps)];

    /// <summary>The optimizer's tensors by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> Moments => Enumerable.Range(0, _parameters.Count).SelectMany(i => _options.Optimizer == OptimizerKind.Sgd
        ? _momenta.Skip(i).Take(1).Select(momentum => ($"{i}/momentum", momentum))
        : [($"{i}/mean", _means[i]), ($"{i}/square", _squares[i])]);

    /// <summary>Makes the optimizer what it was after some steps but for the values of its <see cref="Moments"/>, which are there to be filled.</summary>
    /// <param name="steps">What <see cref="Steps"/> was.</param>
    public void Restore(IReadOnlyList<long> steps) => _steps = steps is [var first, ..] ? first : 0;

    /// <summary>Changes the weights by the accumulated gradients and frees these.</summary>
    public void Step(double learningRate)
    {
        using var noGradient = no_grad();
        // Each look at a gradient makes a tensor.
        using var scope = NewDisposeScope();
        if (_options.GradientClipNorm > 0)
            nn.utils.clip_grad_norm_(_parameters, _options.GradientClipNorm);
        if (_options.Optimizer == OptimizerKind.Sgd)
            StepSgd(learningRate);
        else
            StepAdam(learningRate);
        // Zeroed gradients would be held during the next forward pass, when memory is fullest.
        foreach (var parameter in _parameters)
            parameter.grad = null;
    }

    public void Dispose()
    {
        foreach (var tensor in _means.Concat(_squares).Concat(_momenta))
            tensor.Dispose();
    }

    private void StepAdam(double learningRate)
    {
        _steps++;
        bool decoupled = _options.Optimizer == OptimizerKind.AdamW;
        double correction = 1 - Math.Pow(Beta1, _steps);
        using Scalar one = 1, beta1 = Beta1, beta2 = Beta2, fresh1 = 1 - Beta1, fresh2 = 1 - Beta2, epsilon = Epsilon, decay = _options.WeightDecay, kept = 1 - learningRate * _options.WeightDecay,
            root = Math.Sqrt(1 - Math.Pow(Beta2, _steps)), step = -(learningRate / correction);
        for (int i = 0; i < _parameters.Count; i++)
        {
            using var scope = NewDisposeScope();
            if (_parameters[i].grad is not { } gradient)
                continue;
            bool decays = _options.WeightDecay > 0 && i < _kernels.Count;
            if (decays && decoupled)
                _parameters[i].mul_(kept);
            else if (decays)
                gradient = gradient.add(_parameters[i], decay);
            _means[i].mul_(beta1).add_(gradient, fresh1);
            _squares[i].mul_(beta2).addcmul_(gradient, gradient, fresh2);
            _parameters[i].addcdiv_(_means[i], _squares[i].sqrt().div_(root).add_(epsilon, one), step);
        }
    }

    private void StepSgd(double learningRate)
    {
        using Scalar one = 1, momentum = _options.Momentum, decay = _options.WeightDecay, step = -learningRate;
        for (int i = 0; i < _parameters.Count; i++)
        {
            using var scope = NewDisposeScope();
            if (_parameters[i].grad is not { } gradient)
                continue;
            if (_options.WeightDecay > 0 && i < _kernels.Count)
                gradient = gradient.add(_parameters[i], decay);
            if (_momenta.Count > 0)
                gradient = _momenta[i].mul_(momentum).add_(gradient, one);
            _parameters[i].add_(gradient, step);
        }
    }
}
