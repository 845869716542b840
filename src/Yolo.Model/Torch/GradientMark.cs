using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Torch;

/// <summary>Passes a tensor on, and tells in the backward pass when it comes by: then the gradients of all that was computed after it are
/// complete.</summary>
/// <remarks>On a CPU libtorch runs the nodes of a backward pass one after the other, the youngest first, and adds up the gradients of
/// parameters before all others.</remarks>
internal sealed class GradientMark : autograd.SingleTensorFunction<GradientMark>
{
    private const string PassedKey = "passed";

    /// <inheritdoc/>
    public override string Name => nameof(GradientMark);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(PassedKey, vars[1]);
        return ((Tensor)vars[0]).alias();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Action)ctx.get_data(PassedKey))();
        return [grad_output.alias(), null!];
    }
}
