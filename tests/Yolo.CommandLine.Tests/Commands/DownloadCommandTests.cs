using System.Formats.Tar;
using Xunit;
using Yolo.CommandLine.Downloads;
using Yolo.CommandLine.Output;
using Yolo.CommandLine.Tests.Downloads;
using Yolo.MLNet.Tests;
using Yolo.Model.Data;
using Yolo.Model.Weights;

namespace Yolo.CommandLine.Tests.Commands;

public sealed class DownloadCommandTests : IDisposable
{
    private readonly FileServer _server = new();
    private readonly TemporaryFolder _folder = new();

    /// <summary>A .weights file of zeros, header version 0.2.0.</summary>
    internal static byte[] Zeros(long floats)
    {
        byte[] bytes = new byte[20 + 4 * floats];
        bytes[4] = 2;
        return bytes;
    }

    [Fact]
    public async Task Download_WithoutNames_ListsWhatThereIs()
    {
        var run = await CommandRun.Of("download");

        run.ShouldExitWith(ExitCodes.Success);
        foreach (string name in (string[])["voc2007", "voc2012", "yolov2", "yolov2-voc", "yolov2-tiny", "yolov2-tiny-voc", "darknet19_448.conv.23", "darknet", "yolov2-tiny.conv.13"])
            Assert.Contains(run.Lines, line => line.StartsWith(name + " ", StringComparison.Ordinal));
    }

    // 11,237,145 floats: Darknet's published yolov2-tiny.weights.
    [Fact]
    public async Task Download_Weights_BringsConfigAndNamesThatFit()
    {
        _server.Add("yolov2-tiny.weights", Zeros(11_237_145));

        var run = await CommandRun.Of("download", "yolov2-tiny", "--from", _server.Address.ToString(), "-o", _folder.Path);

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Contains("Licence: none of their own", run.Output, StringComparison.Ordinal);
        Assert.Contains("no checksum was published; SHA-256 ", run.Output, StringComparison.Ordinal);
        var model = DarknetModel.Load(_folder.Combine("yolov2-tiny.cfg"), _folder.Combine("yolov2-tiny.weights"), _folder.Combine("yolov2-tiny.names"));
        Assert.Equal((80, "person", "toothbrush"), (model.ClassNames.Count, model.ClassNames[0], model.ClassNames[^1]));
    }

    // The right length, but its header says that `seen` has 32 bits: one float too many.
    [Fact]
    public async Task Download_HeaderThatDoesNotFitTheLength_IsRefused()
    {
        byte[] content = Zeros(11_237_145);
        content[4] = 1;
        _server.Add("yolov2-tiny.weights", content);

        var run = await CommandRun.Of("download", "yolov2-tiny", "--from", _server.Address.ToString(), "-o", _folder.Path);

        run.ShouldExitWith(ExitCodes.Failure);
        Assert.Contains("expected 11,237,145 floats behind the header, found 11,237,146", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Combine("yolov2-tiny.weights")));
    }

    // By hand: 3x3 kernels 3-16-32-64-128-256-512-1024 with four numbers of batch norm a filter are 6,298,480 floats.
    [Fact]
    public async Task Download_TinyBackbone_CutsTheFirstSevenConvolutions()
    {
        byte[] content = Zeros(11_237_145);
        content[19 + 4 * 6_298_480] = 77;
        _server.Add("yolov2-tiny.weights", content);

        var run = await CommandRun.Of("download", "yolov2-tiny.conv.13", "--from", _server.Address.ToString(), "-o", _folder.Path);

        run.ShouldExitWith(ExitCodes.Success);
        byte[] cut = File.ReadAllBytes(_folder.Combine("yolov2-tiny.conv.13"));
        Assert.Equal(20 + 4 * 6_298_480, cut.Length);
        Assert.Equal(77, cut[^1]);
    }

    [Fact]
    public async Task Download_Archive_IsUnpackedToADataSetWithItsLicence()
    {
        new SyntheticVoc(_folder.Combine("VOCdevkit")).Add("1", 80, 64, ("cat", new(4, 4, 30, 28), false));
        File.WriteAllText(_folder.Combine("VOCdevkit", "LICENSE"), "terms");
        using var archive = new MemoryStream();
        await TarFile.CreateFromDirectoryAsync(_folder.Combine("VOCdevkit"), archive, includeBaseDirectory: true, TestContext.Current.CancellationToken);
        _server.Add("data.tar", archive.ToArray());
        var item = new DownloadItem("data", "a data set", "of the catalogue", new RemoteFile("data.tar", [new(_server.Address, "data.tar")], [archive.Length])) { Unpack = true, Next = "train --data {0}/VOCdevkit" };
        string output = _folder.Combine("out");
        var text = new StringWriter();

        int code = await new CommandLineApp(new Terminal(text, text, interactive: false), [item]).RunAsync(["download", "data", "-o", output], TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Success, code);
        Assert.Equal("cat", Assert.Single(Assert.Single(LabelledDataset.Open(Path.Combine(output, "VOCdevkit")).Load()).Objects).ClassName);
        Assert.Contains($"Licence found: {Path.Combine(output, "VOCdevkit", "LICENSE")}", text.ToString(), StringComparison.Ordinal);
        Assert.Contains($"Next: yolo-mlnet train --data {output}/VOCdevkit", text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("found 'yolov7'", "yolov7")]
    [InlineData("could not be downloaded", "darknet")]
    public async Task Download_UnknownOrMissing_SaysSo(string message, string name)
    {
        var run = await CommandRun.Of("download", name, "--from", _server.Address.ToString(), "-o", _folder.Path);

        run.ShouldExitWith(ExitCodes.Failure);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }
}
