using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace Yolo.CommandLine.Tests.Commands;

public sealed class ExportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ExportCommandTests() => _model = MiniModel.Write(_folder.Path);

    [Theory]
    [InlineData("map")]
    [InlineData("boxes", "--detections")]
    public async Task Export_Onnx_HasTheOutputAskedFor(string output, params string[] options)
    {
        string path = _folder.Combine("out", "mini.onnx");

        var run = await CommandRun.Of(["export", "onnx", "-m", _model, "-o", path, .. options]);

        run.ShouldExitWith(ExitCodes.Success);
        using var session = new InferenceSession(path);
        Assert.Contains(output, session.OutputMetadata.Keys);
        Assert.Equal("""["ant","bee","cat"]""", session.ModelMetadata.CustomMetadataMap["class_names"]);
    }

    [Fact]
    public async Task Export_Darknet_WritesTheSameWeights()
    {
        string path = _folder.Combine("out", "copy.weights");

        var run = await CommandRun.Of("export", "darknet", "-m", _model, "-o", path);

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Equal(File.ReadAllBytes(_model), File.ReadAllBytes(path));
        Assert.Equal("ant\nbee\ncat\n", File.ReadAllText(_folder.Combine("out", "copy.names")));
        Assert.True(File.Exists(_folder.Combine("out", "copy.cfg")));
    }

    [Fact]
    public async Task Export_MLNetThenDarknet_WritesTheSameWeights()
    {
        string zip = _folder.Combine("out", "model.zip"), copy = _folder.Combine("out", "copy.weights");

        (await CommandRun.Of("export", "mlnet", "-m", _model, "-o", zip)).ShouldExitWith(ExitCodes.Success);
        (await CommandRun.Of("export", "darknet", "-m", zip, "-o", copy)).ShouldExitWith(ExitCodes.Success);

        Assert.Equal(File.ReadAllBytes(_model), File.ReadAllBytes(copy));
    }

    public void Dispose() => _folder.Dispose();
}
