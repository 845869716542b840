using Xunit;

namespace Yolo.CommandLine.Tests;

public sealed class CommandLineAppTests
{
    [Theory]
    [InlineData("train")]
    [InlineData("val")]
    [InlineData("detect")]
    [InlineData("anchors")]
    [InlineData("export")]
    [InlineData("summary")]
    [InlineData("check-data")]
    [InlineData("download")]
    public async Task Help_OfEveryCommand_EndsWithExamplesOfIt(string command)
    {
        var run = await CommandRun.Of(command, "--help");

        run.ShouldExitWith(ExitCodes.Success);
        int examples = run.Output.IndexOf("Examples:", StringComparison.Ordinal);
        Assert.Contains($"yolo-mlnet {command} ", run.Output[examples..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfTheProgram_NamesEveryCommand()
    {
        var run = await CommandRun.Of("--help");

        run.ShouldExitWith(ExitCodes.Success);
        foreach (string command in (string[])["train", "val", "detect", "anchors", "export", "summary", "check-data", "download"])
            Assert.Contains($"\n  {command} ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Required command was not provided.", "fly")]
    [InlineData("Option '--data' is required.", "val", "--model", "model.zip")]
    [InlineData("--epochs must be a whole number, at least 1; found 0.", "train", "--data", ".", "--epochs", "0")]
    [InlineData("--score must be a number from 0 to 1; found 1.5.", "detect", "a.jpg", "--model", "model.zip", "--score", "1.5")]
    public async Task Run_WrongUsage_SaysWhatAndExitsWith2(string message, params string[] args)
    {
        var run = await CommandRun.Of(args);

        run.ShouldExitWith(ExitCodes.Usage);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Examples:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MissingModel_SaysWhichAndExitsWith1()
    {
        using var folder = new TemporaryFolder();
        string model = folder.Combine("no.zip");

        var run = await CommandRun.Of("summary", model);

        run.ShouldExitWith(ExitCodes.Failure);
        Assert.Equal($"error: {model}: no such model.", run.Errors.Trim());
    }
}
