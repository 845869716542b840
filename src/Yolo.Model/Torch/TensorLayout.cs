using static TorchSharp.torch;

namespace Yolo.Model.Torch;

/// <summary>Memory layout and block order of feature maps.</summary>
internal static class TensorLayout
{
    /// <summary>The same <c>[N, C, H, W]</c> values stored channels-last, the layout in which convolutions on a CPU are fastest; they keep it.</summary>
    /// <remarks>TorchSharp has no memory-format argument; a permuted contiguous tensor is the same thing.</remarks>
    public static Tensor ToChannelsLast(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Ordinary space-to-depth: <c>[N, C, H, W]</c> to <c>[N, C s^2, H/s, W/s]</c>, output channel <c>(dy * s + dx) * C + c</c>.</summary>
    public static Tensor SpaceToDepth(this Tensor tensor, int stride)
    {
        using var scope = NewDisposeScope();
        var (n, c, h, w) = (tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]);
        return tensor.reshape(n, c, h / stride, stride, w / stride, stride)
            .permute(0, 3, 5, 1, 2, 4)
            .reshape(n, c * stride * stride, h / stride, w / stride)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Each pixel as <c>stride x stride</c> equal ones: <c>[N, C, H, W]</c> to <c>[N, C, H s, W s]</c>.</summary>
    public static Tensor Enlarge(this Tensor tensor, int stride)
    {
        using var scope = NewDisposeScope();
        return tensor.repeat_interleave(stride, dim: 2).repeat_interleave(stride, dim: 3).MoveToOuterDisposeScope();
    }

    /// <summary>Darknet's <c>[reorg]</c>: the buffer read as <c>[N, C/s^2, H s, W s]</c>, space-to-depth, read as <c>[N, C s^2, H/s, W/s]</c>.</summary>
    public static Tensor DarknetReorg(this Tensor tensor, int stride)
    {
        using var scope = NewDisposeScope();
        var (n, c, h, w) = (tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]);
        return tensor.reshape(n, c / (stride * stride), h * stride, w * stride)
            .SpaceToDepth(stride)
            .reshape(n, c * stride * stride, h / stride, w / stride)
            .MoveToOuterDisposeScope();
    }
}
