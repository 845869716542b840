using TorchSharp;
using Yolo.Model.Processes;
using static TorchSharp.torch;

namespace Yolo.Model.Torch;

/// <summary>Batch norm in training by the statistics of the images of all processes.</summary>
internal static class GroupBatchNorm
{
    /// <summary>Normalizes <c>[N, C, H, W]</c>; N may be 0. The variance is that of the differences from the mean, in a second exchange: the
    /// difference of two large sums would lose digits.</summary>
    /// <param name="input">The activations.</param>
    /// <param name="scales">Factors of the channels.</param>
    /// <param name="biases">What is added to the channels.</param>
    /// <param name="rollingMean">Moved to the mean by the momentum.</param>
    /// <param name="rollingVariance">Moved to the unbiased variance by the momentum.</param>
    /// <param name="momentum">Share of these images in the rolling statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="group">The processes.</param>
    public static Tensor Apply(
        Tensor input, Tensor scales, Tensor biases, Tensor rollingMean, Tensor rollingVariance, double momentum, double epsilon, IProcessGroup group)
    {
        using var scope = NewDisposeScope();
        var values = input.to(ScalarType.Float32);
        long own = input.shape[0] * input.shape[2] * input.shape[3];
        Span<double> counted = [own];
        group.Sum(counted);
        double count = counted[0];
        var mean = Sum(values, group).Over(count);
        var centered = values.sub(mean.view(1, -1, 1, 1));
        var variance = Sum(centered.square(), group).Over(count);
        var factor = variance.Plus(epsilon).rsqrt().mul(scales);
        using (no_grad())
        {
            Move(rollingMean, mean.detach(), momentum);
            Move(rollingVariance, variance.detach().Times(count / Math.Max(1, count - 1)), momentum);
        }
        return centered.mul(factor.view(1, -1, 1, 1)).add(biases.view(1, -1, 1, 1)).to(input.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor Sum(Tensor values, IProcessGroup group) => GroupSum.apply(values.sum([0, 2, 3]), group);

    private static void Move(Tensor rolling, Tensor value, double momentum)
    {
        using Scalar kept = 1 - momentum, share = momentum;
        rolling.mul_(kept).add_(value, share);
    }
}
