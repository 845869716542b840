using TorchSharp;
using Xunit;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Optimization;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Torch;

public sealed class TensorNumbersTests
{
    public TensorNumbersTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Operations_OfSomeNumbers_AreWhatTheySay()
    {
        using var scope = NewDisposeScope();
        var x = tensor((float[])[-2, 0.5f, 3]);

        Assert.Equal([-1.5f, 1, 3.5f], Floats(x.Plus(0.5)));
        Assert.Equal([-1, 0.25f, 1.5f], Floats(x.Times(0.5)));
        Assert.Equal([-0.5f, 0.125f, 0.75f], Floats(x.Over(4)));
        Assert.Equal([3, 0.5f, -2], Floats(x.OneMinus()));
        Assert.Equal([-1, 0.5f, 1], Floats(x.Clamp(1)));
        Assert.Equal([0, 0, 1], Floats(x.IsAbove(0.5).to_type(ScalarType.Float32)));
        Assert.Equal([1, 0, 0], Floats(x.IsBelow(0.5).to_type(ScalarType.Float32)));
        Assert.Equal([1, 1, 0], Floats(x.IsAtMost(0.5).to_type(ScalarType.Float32)));
        Assert.Equal([0, 0.5f, 3], Floats(x.clone().ClampNegative()));
        Assert.Equal([-0.2f, 0.5f, 3], Floats(x.clone().Leak(0.1)));
        var cleared = x.clone();
        cleared.Clear(tensor((long[])[0, 2]));
        Assert.Equal([0, 0.5f, 0], Floats(cleared));
    }

    // With TorchSharp's implicit conversion one call of 7,000 ends in "Expected false to be true" here.
    [Fact]
    public async Task Operations_WhileTheCollectorRunsWithoutPause_ReadNoFreedNumber() =>
        await WhileTheCollectorRuns(() =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                using var scope = NewDisposeScope();
                var x = ones(4).negative().Plus(1).Times(2).Plus(-3).Leak(2).Over(-3).Clamp(1.5).OneMinus().ClampNegative().IsAtMost(0.5).to_type(ScalarType.Float32).Plus(4);

                Assert.Equal([5, 5, 5, 5], Floats(x));
            }
        });

    // The same of its optimizers.
    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Sgd)]
    public async Task OptimizerSteps_WhileTheCollectorRunsWithoutPause_ReadNoFreedNumber(OptimizerKind kind) =>
        await WhileTheCollectorRuns(() =>
        {
            using var scope = NewDisposeScope();
            using var module = new YoloModule(Squares.Network(batchNormalize: true));
            using var weights = new FlatWeights(module);
            using var optimizer = new TrainingOptimizer(weights, new() { Optimizer = kind, GradientClipNorm = 0 });
            for (int i = 0; i < 2_000; i++)
            {
                using var step = NewDisposeScope();
                foreach (var parameter in module.parameters())
                    parameter.grad = ones_like(parameter);
                optimizer.Step(1e-3);
            }
        });

    private static async Task WhileTheCollectorRuns(Action use)
    {
        using var stop = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        }, TestContext.Current.CancellationToken);
        try
        {
            use();
        }
        finally
        {
            await stop.CancelAsync();
            await collector;
        }
    }

    private static float[] Floats(Tensor tensor) => tensor.data<float>().ToArray();
}
