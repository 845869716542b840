using TorchSharp;
using Xunit;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Torch;

public sealed class TorchRuntimeTests
{
    // By hand: [1 2; 3 4] * [5 6; 7 8] = [19 22; 43 50].
    [Fact]
    public void EnsureLoaded_ThenMatrixProduct_GivesTheProduct()
    {
        TorchRuntime.EnsureLoaded();

        using var scope = NewDisposeScope();
        Tensor left = tensor([1f, 2, 3, 4], 2, 2);
        Tensor right = tensor([5f, 6, 7, 8], 2, 2);

        Assert.Equal([19f, 22, 43, 50], left.mm(right).data<float>().ToArray());
    }

    // By hand: a 3x3 kernel of ones over a 3x3 image of ones, padded by one, counts the neighbours.
    [Fact]
    public void EnsureLoaded_ThenConvolution_GivesTheSums()
    {
        TorchRuntime.EnsureLoaded();

        using var scope = NewDisposeScope();
        Tensor sums = nn.functional.conv2d(ones(1, 1, 3, 3), ones(1, 1, 3, 3), padding: [1L, 1L]);

        Assert.Equal([4f, 6, 4, 6, 9, 6, 4, 6, 4], sums.data<float>().ToArray());
    }

    [Fact]
    public async Task EnsureLoaded_FromSeveralThreads_LeavesTorchUsableInEach()
    {
        float[] sums = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() =>
        {
            TorchRuntime.EnsureLoaded();
            using Tensor values = full(10, (float)i);
            using Tensor sum = values.sum();
            return sum.item<float>();
        })));

        Assert.Equal([10f, 20, 30, 40, 50, 60, 70, 80], sums);
    }
}
