using Xunit;
using Yolo.Model.Processes.Mpi;

namespace Yolo.Model.Tests.Processes;

public sealed class GroupHealthTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(45);

    private readonly GroupHealth _health = new(["ant", "bee", "cat"], [0, 1, 2], s_patience, TimeSpan.Zero);

    [Fact]
    public void Verdict_AllReport_IsNull()
    {
        Report(44, waiting: [10, 10, null]);

        Assert.Null(_health.Verdict(At(44)));
    }

    [Fact]
    public void Verdict_OneIsSilent_NamesItAndItsMachine()
    {
        Report(44, waiting: [0, 0]);

        Assert.Equal("Process 2 on cat has not been heard of for 45 s: it was stopped, or the network is cut.", _health.Verdict(At(45)));
    }

    [Fact]
    public void Verdict_OneKeepsTheOthersWaiting_NamesIt()
    {
        Report(60, waiting: [45, null, 44]);

        Assert.Equal("Process 1 on bee has kept the others waiting for 45 s.", _health.Verdict(At(60)));
    }

    [Fact]
    public void Verdict_OneWorksAlone_IsNull()
    {
        Report(60, waiting: [45, 45, 45]);
        _health.Heard(1, new(3, null, IsExcused: true), At(60));

        Assert.Null(_health.Verdict(At(60)));
    }

    // A network that is slow for all is nobody's fault.
    [Fact]
    public void Verdict_AllWait_IsNull()
    {
        Report(100, waiting: [50, 50, 50]);

        Assert.Null(_health.Verdict(At(100)));
    }

    private void Report(double now, double?[] waiting)
    {
        for (int rank = 0; rank < waiting.Length; rank++)
            _health.Heard(rank, new(7, waiting[rank] is { } seconds ? At(seconds) : null, IsExcused: false), At(now));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
