using Xunit;
using Yolo.Model.Onnx;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Onnx;

public sealed class BatchNormFoldingTests
{
    // By hand, eps = 1e-5 inside the root. Filter 0: root 3, factor 6 / 3 = 2: kernel 2 * 2, 5 * 2, bias 1 - 4 * 2. Filter 1: root 2, factor 3 / 2: kernel
    // -3 * 1.5, 1 * 1.5, bias 0.5 + 1 * 1.5. Filter 2: variance 0, factor 1 / sqrt(1e-5) = 316.227766.
    [Fact]
    public void Fold_BatchNorm_ScalesKernelAndShiftsBias()
    {
        var weights = new ConvolutionWeights
        {
            Biases = [1, 0.5f, 0],
            Scales = [6, 3, 1],
            RollingMean = [4, -1, 0.01f],
            RollingVariance = [8.99999f, 3.99999f, 0],
            Kernel = [2, 5, -3, 1, 1, -2],
        };
        float[] kernel = new float[6], bias = new float[3];

        BatchNormFolding.Fold(weights, kernel, bias);

        AssertNear([4, 10, -4.5, 1.5, 316.227766, -632.455532], kernel);
        AssertNear([-7, 2, -3.16227766], bias);
    }

    [Fact]
    public void Fold_NoBatchNorm_CopiesTheNumbers()
    {
        var weights = new ConvolutionWeights { Biases = [1, 2], Kernel = [3, 4, 5, 6] };
        float[] kernel = new float[4], bias = new float[2];

        BatchNormFolding.Fold(weights, kernel, bias);

        Assert.Equal([3, 4, 5, 6], kernel);
        Assert.Equal([1, 2], bias);
    }

    private static void AssertNear(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance: 1e-6 * Math.Abs(expected[i]));
    }
}
