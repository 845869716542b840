using TorchSharp;
using Xunit;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Optimization;

namespace Yolo.Model.Tests.Training.Optimization;

public sealed class TrainingPrecisionTests
{
    [Theory]
    [InlineData(100, 79, torch.ScalarType.BFloat16)]
    [InlineData(100, 81, torch.ScalarType.Float32)]
    [InlineData(100, 250, torch.ScalarType.Float32)]
    public void Choose_TakesBFloat16WhereItSavesAFifth(int full, int half, torch.ScalarType expected)
    {
        var measured = new List<torch.ScalarType>();

        var chosen = TrainingPrecision.Choose(type =>
        {
            measured.Add(type);
            return TimeSpan.FromMilliseconds(type == torch.ScalarType.BFloat16 ? half : full);
        });

        Assert.Equal(expected, chosen);
        Assert.Equal([torch.ScalarType.BFloat16, torch.ScalarType.Float32], measured);
    }

    [Fact]
    public void ComputeType_Auto_IsMeasuredAndLeavesNoTensor()
    {
        TorchRuntime.EnsureLoaded();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        var first = TrainingPrecision.ComputeType(Precision.Auto, torch.CPU);

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        Assert.Equal(first, TrainingPrecision.ComputeType(Precision.Auto, torch.CPU));
        Assert.Contains(first, (torch.ScalarType[])[torch.ScalarType.Float32, torch.ScalarType.BFloat16]);
    }

    [Theory]
    [InlineData(Precision.Float32, torch.ScalarType.Float32)]
    [InlineData(Precision.BFloat16, torch.ScalarType.BFloat16)]
    public void ComputeType_ForcedPrecision_IsTaken(Precision precision, torch.ScalarType expected)
    {
        TorchRuntime.EnsureLoaded();

        Assert.Equal(expected, TrainingPrecision.ComputeType(precision, torch.CPU));
    }
}
