using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using Yolo.Model.Network;
using Yolo.Model.Processes;
using Yolo.Model.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Yolo.Model.Torch;

/// <summary>Darknet's convolutional layer: convolution, batch norm or bias, activation. Parameters are 32-bit and cast to the type of the input.</summary>
internal sealed class ConvolutionModule : Module<Tensor, IProcessGroup?, Tensor>
{
    private readonly ConvolutionalLayer _layer;
    private readonly double _batchNormMomentum;
    private bool _frozen;
    private Folded? _folded;

    public ConvolutionModule(string name, ConvolutionalLayer layer, double batchNormMomentum)
        : base(name)
    {
        _layer = layer;
        _batchNormMomentum = batchNormMomentum;
        using (no_grad())
        {
            using var kernel = zeros(layer.Filters, layer.FilterChannels, layer.Size, layer.Size);
            Kernel = new Parameter(kernel.ToChannelsLast());
            Biases = new Parameter(zeros(layer.Filters));
            if (layer.BatchNormalize)
            {
                Scales = new Parameter(ones(layer.Filters));
                RollingMean = zeros(layer.Filters);
                RollingVariance = ones(layer.Filters);
            }
        }
        RegisterComponents();
    }

    // The names are those of the parameters. Only a field that carries the name gets the new tensor when the module moves to another device.

    [field: ComponentName(Name = "kernel")]
    public Parameter Kernel { get; }

    [field: ComponentName(Name = "biases")]
    public Parameter Biases { get; }

    [field: ComponentName(Name = "scales")]
    public Parameter? Scales { get; }

    [field: ComponentName(Name = "rolling_mean")]
    public Tensor? RollingMean { get; }

    [field: ComponentName(Name = "rolling_variance")]
    public Tensor? RollingVariance { get; }

    /// <summary>Whether batch norm uses the statistics of the batch without taking them into the rolling ones.</summary>
    public bool KeepsStatistics { get; set; }

    /// <summary>Whether the weights and rolling statistics stay as they are, in training, too.</summary>
    public bool IsFrozen
    {
        get => _frozen;
        set
        {
            _frozen = value;
            _folded?.Dispose();
            _folded = null;
            foreach (var parameter in parameters())
                parameter.requires_grad = !value;
        }
    }

    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, Filters, H', W']</c> of the same type.</summary>
    /// <param name="input">The activations.</param>
    /// <param name="group">Processes whose images count in the statistics of batch norm in training; null: those of this one alone.</param>
    public override Tensor forward(Tensor input, IProcessGroup? group)
    {
        using var scope = NewDisposeScope();
        if (training && _frozen)
        {
            var (frozenKernel, frozenBias) = _folded ??= Fold(input.dtype);
            return Convolve(input, frozenKernel, frozenBias).Activate(_layer.Activation).MoveToOuterDisposeScope();
        }
        var output = Convolve(input, Kernel.to(input.dtype), _layer.BatchNormalize ? null : Biases.to(input.dtype));
        if (_layer.BatchNormalize && training && group is not null)
            output = GroupBatchNorm.Apply(output, Scales!, Biases, RollingMean!, RollingVariance!, KeepsStatistics ? 0 : _batchNormMomentum, NetworkWeights.BatchNormEpsilon, group);
        else if (_layer.BatchNormalize)
            output = functional.batch_norm(output, RollingMean, RollingVariance, Scales, Biases, training, KeepsStatistics ? 0 : _batchNormMomentum, NetworkWeights.BatchNormEpsilon);
        return output.Activate(_layer.Activation).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _folded?.Dispose();
        _folded = null;
        base.Dispose(disposing);
    }

    private Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias) => _layer is { Size: 1, Stride: 1, Padding: 0, Groups: 1 }
        ? PixelwiseProduct(input, kernel, bias)
        : functional.conv2d(input, kernel, bias, [_layer.Stride, _layer.Stride], [_layer.Padding, _layer.Padding], groups: _layer.Groups);

    /// <summary>Kernel and bias with batch norm in them: what stays as it is takes one pass over the activations, not two.</summary>
    private Folded Fold(ScalarType type)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        if (!_layer.BatchNormalize)
            return new(Kernel.to(type, copy: true).DetachFromDisposeScope(), Biases.to(type, copy: true).DetachFromDisposeScope());
        var factor = RollingVariance!.Plus(NetworkWeights.BatchNormEpsilon).rsqrt_().mul_(Scales!);
        return new(
            Kernel.mul(factor.view(-1, 1, 1, 1)).to(type).DetachFromDisposeScope(),
            Biases.Plus(RollingMean!.mul(factor).negative()).to(type).DetachFromDisposeScope());
    }

    // A 1x1 convolution is a matrix product over the pixels; in channels-last memory neither permutation moves a number. conv2d is avoided because oneDNN 3.7, in
    // libtorch 2.10, divides by zero and ends the process when it plans 1x1 convolutions of certain channel counts, YOLOv2's 1024 to 512 among them, for two
    // threads or more on a CPU with AVX-512 and without AMX (src/cpu/x64/jit_brgemm_conv_utils.cpp, est_eff_1x1). It also gives wrong numbers there for the last
    // outputs of 32-bit heads of 35, 100 and 425 channels, that is of 2, 15 and 80 classes.
    private static Tensor PixelwiseProduct(Tensor input, Tensor kernel, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        return functional.linear(input.permute(0, 2, 3, 1), kernel.flatten(1), bias).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private sealed record Folded(Tensor Kernel, Tensor Bias) : IDisposable
    {
        public void Dispose()
        {
            Kernel.Dispose();
            Bias.Dispose();
        }
    }
}
