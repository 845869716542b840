using Xunit;
using Yolo.Model.Torch;

namespace Yolo.Model.Tests.Torch;

public sealed class TorchDeviceTests
{
    [Theory]
    [InlineData(2, 2, "set GpuDeviceId to 0")]
    [InlineData(0, 1, "TorchSharp-cuda-linux")]
    [InlineData(0, 0, null)]
    public void UnusedAdvice_SaysWhatIsMissing(int seenByLibtorch, int seenByDriver, string? expected)
    {
        string? advice = TorchDevice.UnusedAdvice(seenByLibtorch, seenByDriver);

        if (expected is null)
            Assert.Null(advice);
        else
            Assert.Contains(expected, advice, StringComparison.Ordinal);
    }

    [Fact]
    public void WhyUnused_OnAMachineWithoutADriver_IsNull()
    {
        Assert.SkipWhen(NvidiaDriver.Devices() > 0, "this machine has an NVIDIA GPU");

        Assert.Null(TorchDevice.WhyUnused());
    }
}
