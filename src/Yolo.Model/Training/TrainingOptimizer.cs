using TorchSharp;
using TorchSharp.Modules;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>Applies gradients to a module: clipping, learning rate, and weight decay on convolution kernels only.</summary>
internal sealed class TrainingOptimizer : IDisposable
{
    private readonly OptimizerHelper _optimizer;
    private readonly List<Parameter> _parameters;
    private readonly double _clipNorm, _momentum;

    public TrainingOptimizer(YoloModule module, TrainingOptions options)
    {
        List<Parameter> kernels = [.. module.Convolutions.Select(convolution => convolution.Kernel).Where(parameter => parameter.requires_grad)];
        List<Parameter> others = [.. module.Convolutions.SelectMany(convolution => new[] { convolution.Biases, convolution.Scales }).OfType<Parameter>().Where(parameter => parameter.requires_grad)];
        _parameters = [.. kernels, .. others];
        (_clipNorm, _momentum) = (options.GradientClipNorm, options.Momentum);
        double rate = options.LearningRate, decay = options.WeightDecay;
        _optimizer = options.Optimizer switch
        {
            OptimizerKind.AdamW => optim.AdamW([new AdamW.ParamGroup(kernels, weight_decay: decay), new AdamW.ParamGroup(others, weight_decay: 0)], rate),
            OptimizerKind.Adam => optim.Adam([new Adam.ParamGroup(kernels, weight_decay: decay), new Adam.ParamGroup(others, weight_decay: 0)], rate),
            OptimizerKind.Sgd => optim.SGD([Sgd(kernels, decay), Sgd(others, 0)], rate),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Optimizer, "Unknown optimizer."),
        };

        SGD.ParamGroup Sgd(List<Parameter> parameters, double weightDecay) =>
            new(parameters, new SGD.Options { momentum = options.Momentum, dampening = 0, nesterov = false, maximize = false, weight_decay = weightDecay, LearningRate = rate, InitialLearningRate = rate });
    }

    /// <summary>Steps counted for each parameter; zeros where the optimizer counts none.</summary>
    public IReadOnlyList<long> Steps => [.. States.Select(state => state switch { AdamW.State adamW => adamW.step, Adam.State adam => adam.step, _ => 0 })];

    /// <summary>The optimizer's tensors by name. SGD has none before the first step and none without momentum.</summary>
    public IEnumerable<(string Name, Tensor Value)> Moments => States.SelectMany((state, i) => state switch
    {
        AdamW.State adamW => [($"{i}/mean", adamW.exp_avg), ($"{i}/square", adamW.exp_avg_sq)],
        Adam.State adam => [($"{i}/mean", adam.exp_avg), ($"{i}/square", adam.exp_avg_sq)],
        SGD.State { momentum_buffer: { } momentum } => [($"{i}/momentum", momentum)],
        _ => (IEnumerable<(string, Tensor)>)[],
    });

    private List<OptimizerState> States => _optimizer.state_dict().State;

    /// <summary>Makes the optimizer what it was after some steps but for the values of its <see cref="Moments"/>, which are there to be filled.</summary>
    /// <param name="steps">What <see cref="Steps"/> was, one number for each parameter.</param>
    public void Restore(IReadOnlyList<long> steps)
    {
        using var noGradient = no_grad();
        foreach (var ((state, parameter), count) in States.Zip(_parameters).Zip(steps))
        {
            switch (state)
            {
                case AdamW.State adamW: adamW.step = count; break;
                case Adam.State adam: adam.step = count; break;
                case SGD.State sgd when _momentum > 0: sgd.momentum_buffer = zeros_like(parameter).DetachFromDisposeScope(); break;
            }
        }
    }

    /// <summary>Changes the weights by the accumulated gradients and frees these.</summary>
    public void Step(double learningRate)
    {
        // Each look at a gradient makes a tensor.
        using var scope = NewDisposeScope();
        if (_clipNorm > 0)
            nn.utils.clip_grad_norm_(_parameters, _clipNorm);
        foreach (var group in _optimizer.ParamGroups)
            group.LearningRate = learningRate;
        _optimizer.step();
        // Zeroed gradients would be held during the next forward pass, when memory is fullest.
        foreach (var parameter in _parameters)
            parameter.grad = null;
    }

    public void Dispose() => _optimizer.Dispose();
}
