using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Processes;
using static TorchSharp.torch;

namespace Yolo.Model.Torch;

/// <summary>The sum of a tensor over the processes of a group, through which gradients flow: that of each process is the sum of the gradients
/// that all of them have for it.</summary>
internal sealed class GroupSum : autograd.SingleTensorFunction<GroupSum>
{
    private const string GroupKey = "group";

    /// <inheritdoc/>
    public override string Name => nameof(GroupSum);

    /// <summary>Sums 32-bit floats in place, on any device.</summary>
    public static void InPlace(Tensor tensor, IProcessGroup group)
    {
        using var scope = NewDisposeScope();
        if (tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
        {
            group.Sum(MemoryMarshal.Cast<byte, float>(tensor.bytes));
            return;
        }
        var host = tensor.detach().cpu().contiguous();
        group.Sum(MemoryMarshal.Cast<byte, float>(host.bytes));
        tensor.copy_(host);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (values, group) = ((Tensor)vars[0], (IProcessGroup)vars[1]);
        ctx.save_data(GroupKey, group);
        var sum = values.detach().clone();
        InPlace(sum, group);
        return sum;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var sum = grad_output.detach().clone();
        InPlace(sum, (IProcessGroup)ctx.get_data(GroupKey));
        return [sum, null!];
    }
}
