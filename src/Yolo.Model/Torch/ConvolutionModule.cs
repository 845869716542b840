using TorchSharp;
using TorchSharp.Modules;
using Yolo.Model.Network;
using Yolo.Model.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Yolo.Model.Torch;

/// <summary>Darknet's convolutional layer: convolution, batch norm or bias, activation. Parameters are 32-bit and cast to the type of the input.</summary>
internal sealed class ConvolutionModule : Module<Tensor, Tensor>
{
    private readonly ConvolutionalLayer _layer;
    private readonly double _batchNormMomentum;

    public ConvolutionModule(string name, ConvolutionalLayer layer, double batchNormMomentum)
        : base(name)
    {
        _layer = layer;
        _batchNormMomentum = batchNormMomentum;
        using (no_grad())
        {
            using var kernel = zeros(layer.Filters, layer.Input.Channels, layer.Size, layer.Size);
            Kernel = new Parameter(kernel.ToChannelsLast());
            Biases = new Parameter(zeros(layer.Filters));
            register_parameter("kernel", Kernel);
            register_parameter("biases", Biases);
            if (!layer.BatchNormalize)
                return;
            Scales = new Parameter(ones(layer.Filters));
            RollingMean = zeros(layer.Filters);
            RollingVariance = ones(layer.Filters);
            register_parameter("scales", Scales);
            register_buffer("rolling_mean", RollingMean);
            register_buffer("rolling_variance", RollingVariance);
        }
    }

    public Parameter Kernel { get; }

    public Parameter Biases { get; }

    public Parameter? Scales { get; }

    public Tensor? RollingMean { get; }

    public Tensor? RollingVariance { get; }

    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, Filters, H', W']</c> of the same type.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var kernel = Kernel.to(input.dtype);
        var bias = _layer.BatchNormalize ? null : Biases.to(input.dtype);
        var output = functional.conv2d(input, kernel, bias, [_layer.Stride, _layer.Stride], [_layer.Padding, _layer.Padding]);
        if (_layer.BatchNormalize)
            output = functional.batch_norm(output, RollingMean, RollingVariance, Scales, Biases, training, _batchNormMomentum, NetworkWeights.BatchNormEpsilon);
        if (_layer.Activation == Activation.Leaky)
            output = functional.leaky_relu(output, LeakySlope, inplace: true);
        return output.MoveToOuterDisposeScope();
    }

    private const double LeakySlope = 0.1;
}
