using TorchSharp;
using TorchSharp.Modules;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>Applies gradients to a module: clipping, learning rate, and weight decay on convolution kernels only.</summary>
internal sealed class TrainingOptimizer : IDisposable
{
    private readonly optim.Optimizer _optimizer;
    private readonly List<Parameter> _parameters;
    private readonly double _clipNorm;

    public TrainingOptimizer(YoloModule module, TrainingOptions options)
    {
        List<Parameter> kernels = [.. module.Convolutions.Select(convolution => convolution.Kernel)];
        List<Parameter> others = [.. module.Convolutions.SelectMany(convolution => new[] { convolution.Biases, convolution.Scales }).OfType<Parameter>()];
        _parameters = [.. kernels, .. others];
        _clipNorm = options.GradientClipNorm;
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

    /// <summary>Changes the weights by the accumulated gradients and clears these.</summary>
    public void Step(double learningRate)
    {
        // Each look at a gradient makes a tensor.
        using var scope = NewDisposeScope();
        if (_clipNorm > 0)
            nn.utils.clip_grad_norm_(_parameters, _clipNorm);
        foreach (var group in _optimizer.ParamGroups)
            group.LearningRate = learningRate;
        _optimizer.step();
        _optimizer.zero_grad();
    }

    public void Dispose() => _optimizer.Dispose();
}
