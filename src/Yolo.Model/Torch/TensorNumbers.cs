using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Torch;

/// <summary>Arithmetic of tensors with numbers, and sums of tensors, to be used instead of operators such as <c>tensor * 0.5</c> and <c>+</c>.</summary>
/// <remarks>TorchSharp 0.107 makes a <see cref="Scalar"/> of the number and does not keep it alive during the native call: the finalizer may free its memory before
/// libtorch has read it, and the call fails ("Expected false to be true", Scalar.h) or takes another number. Here each is disposed behind the call. Sums have a hidden
/// number, the factor 1 of what is added.</remarks>
internal static class TensorNumbers
{
    public static Tensor Plus(this Tensor tensor, double number)
    {
        using Scalar scalar = number, one = 1;
        return tensor.add(scalar, one);
    }

    public static Tensor Plus(this Tensor tensor, Tensor other)
    {
        using Scalar one = 1;
        return tensor.add(other, one);
    }

    public static Tensor Times(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.mul(scalar);
    }

    public static Tensor Over(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.div(scalar);
    }

    /// <summary>1 - x.</summary>
    public static Tensor OneMinus(this Tensor tensor) => tensor.negative().Plus(1);

    /// <summary>Values below 0 become 0, in place.</summary>
    public static Tensor ClampNegative(this Tensor tensor)
    {
        using Scalar zero = 0;
        return tensor.clamp_min_(zero);
    }

    /// <summary>Values beyond <paramref name="limit"/> on either side become it or its opposite.</summary>
    public static Tensor Clamp(this Tensor tensor, double limit)
    {
        using Scalar low = -limit, high = limit;
        return tensor.clamp(low, high);
    }

    public static Tensor IsAbove(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.gt(scalar);
    }

    public static Tensor IsBelow(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.lt(scalar);
    }

    public static Tensor IsAtMost(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.le(scalar);
    }

    /// <summary>Zeros at the positions of a vector, in place.</summary>
    public static void Clear(this Tensor vector, Tensor positions)
    {
        using Scalar zero = 0;
        vector.index_fill_(0, positions, zero);
    }

    /// <summary>Negative values times a slope, in place, in a tensor that autograd knows.</summary>
    public static Tensor Leak(this Tensor tensor, double slope)
    {
        using Scalar scalar = slope;
        return tensor.leaky_relu_(scalar);
    }
}
