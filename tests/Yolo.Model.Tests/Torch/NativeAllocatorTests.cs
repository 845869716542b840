using Xunit;
using Yolo.Model.Torch;

namespace Yolo.Model.Tests.Torch;

public sealed class NativeAllocatorTests
{
    private readonly List<(int Option, int Value)> _asked = [];

    [Fact]
    public void KeepFreedMemory_NewGlibc_SetsBothThresholdsAndHasNothingToSay()
    {
        Assert.Null(Keep((_, _) => true));

        Assert.Equal([(NativeAllocator.MmapThreshold, int.MaxValue), (NativeAllocator.TrimThreshold, int.MaxValue)], _asked);
    }

    // glibc 2.34 and older, malloc.c: a threshold above HEAP_MAX_SIZE / 2, which is 32 MB, is refused.
    [Fact]
    public void KeepFreedMemory_GlibcBefore235_SetsThirtyTwoMegabytesAndSaysSo()
    {
        string? warning = Keep((option, value) => option == NativeAllocator.TrimThreshold || value <= 32 * 1024 * 1024);

        Assert.Equal(
            [
                (NativeAllocator.MmapThreshold, int.MaxValue), (NativeAllocator.MmapThreshold, 32 * 1024 * 1024),
                (NativeAllocator.TrimThreshold, int.MaxValue),
            ],
            _asked);
        Assert.Contains("older than glibc 2.35", warning, StringComparison.Ordinal);
    }

    // The trim threshold alone would freeze the mmap threshold at 128 KB: worse than nothing.
    [Fact]
    public void KeepFreedMemory_EveryMmapThresholdRefused_LeavesTheTrimThresholdAlone()
    {
        string? warning = Keep((option, _) => option == NativeAllocator.TrimThreshold);

        Assert.DoesNotContain(_asked, item => item.Option == NativeAllocator.TrimThreshold);
        Assert.Contains("refuses to keep freed memory", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void KeepFreedMemory_TrimThresholdRefused_SaysThatLessIsKept() =>
        Assert.Contains("keeps less freed memory", Keep((option, _) => option == NativeAllocator.MmapThreshold), StringComparison.Ordinal);

    private string? Keep(Func<int, int, bool> accepts) => NativeAllocator.KeepFreedMemory((option, value) =>
    {
        _asked.Add((option, value));
        return accepts(option, value);
    });
}
