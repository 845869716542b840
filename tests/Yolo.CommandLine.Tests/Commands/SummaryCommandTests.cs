using Xunit;

namespace Yolo.CommandLine.Tests.Commands;

public sealed class SummaryCommandTests
{
    // Darknet's published count of floats for yolov2-tiny-voc.weights.
    [Fact]
    public async Task Summary_BuiltInNetwork_CountsItsParameters()
    {
        var run = await CommandRun.Of("summary", "yolov2-tiny-voc");

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Contains("Total params: 15,867,885", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summary_DarknetWeights_NamesClasses()
    {
        using var folder = new TemporaryFolder();

        var run = await CommandRun.Of("summary", MiniModel.Write(folder.Path));

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Contains("Classes: ant, bee, cat", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summary_UnknownName_ListsTheKnown()
    {
        var run = await CommandRun.Of("summary", "yolov9");

        run.ShouldExitWith(ExitCodes.Failure);
        Assert.Contains("yolov2-tiny-voc", run.Errors, StringComparison.Ordinal);
    }
}
