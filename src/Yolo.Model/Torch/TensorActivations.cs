using TorchSharp;
using Yolo.Model.Network;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Yolo.Model.Torch;

/// <summary>Darknet's activations of tensors.</summary>
internal static class TensorActivations
{
    /// <summary>Applies an activation, in place where autograd needs the result alone.</summary>
    /// <param name="tensor">A tensor that nothing else reads.</param>
    /// <param name="activation">The activation.</param>
    public static Tensor Activate(this Tensor tensor, Activation activation) => activation switch
    {
        Activation.Linear => tensor,
        Activation.Leaky => tensor.Leak(ConvolutionalLayer.LeakySlope),
        Activation.Relu => tensor.relu_(),
        Activation.Logistic => tensor.sigmoid_(),
        Activation.Swish => functional.silu(tensor),
        Activation.Mish => functional.mish(tensor),
        _ => throw new NotSupportedException($"The activation {activation} has no TorchSharp counterpart."),
    };
}
