using System.Text.Json;
using Xunit;
using Yolo.MLNet.Tests;

namespace Yolo.CommandLine.Tests.Commands;

public sealed class CheckDataCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // Which flaws there are is tested in Yolo.Model.Tests; here they must come out.
    [Fact]
    public async Task CheckData_Flaw_IsPrintedWithFileAndLineAndExitsWith3()
    {
        var voc = new SyntheticVoc(_folder.Path);
        for (int i = 0; i < 10; i++)
            voc.Add($"image{i}", 80 + i, 64, ("cat", new(4, 4, 30, 28), false));
        voc.Add("last", 80, 64, ("cat", new(4, 4, 4, 28), false));
        string json = _folder.Combine("flaws.json");

        var run = await CommandRun.Of("check-data", "--data", _folder.Path, "--json", json);

        run.ShouldExitWith(ExitCodes.Flaws);
        string message = $"{_folder.Combine("Annotations", "last.xml")}(1): object 1 (cat, box 4, 4, 4, 28) skipped: its box is empty or reversed.";
        Assert.Contains("warning: " + message, run.Lines);
        Assert.Contains("cat         10          0       10", run.Lines);
        Assert.Contains($"{_folder.Path} (VOC): 0 errors, 1 warnings.", run.Lines);
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        var flaw = Assert.Single(document.RootElement.GetProperty("flaws").EnumerateArray());
        Assert.Equal(("warning", message), (flaw.GetProperty("severity").GetString(), flaw.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task CheckData_GoodData_ExitsWith0()
    {
        var voc = new SyntheticVoc(_folder.Path);
        for (int i = 0; i < 10; i++)
            voc.Add($"image{i}", 80 + i, 64, ("cat", new(4, 4, 30, 28), false));

        var run = await CommandRun.Of("check-data", "--data", _folder.Path, "--quick");

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Contains($"{_folder.Path} (VOC): no flaw found.", run.Lines);
    }

    public void Dispose() => _folder.Dispose();
}
