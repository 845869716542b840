using Microsoft.ML.OnnxRuntime;
using Xunit;
using Yolo.Model.Onnx;
using Yolo.Model.Files.OnnxFormat;

namespace Yolo.Model.Tests.Onnx;

public sealed class OnnxExporterTests
{
    // Expected values: Golden/mini/mini.cfg.
    [Fact]
    public void ToBytes_Detector_TellsHowToFeedAndReadIt()
    {
        byte[] file = OnnxExporter.ToBytes(MiniGolden.Model, new() { Detection = new() { ScoreThreshold = 0.125f, ClassAgnostic = true } });

        using var session = new InferenceSession(file);
        var (input, output) = (Assert.Single(session.InputMetadata), Assert.Single(session.OutputMetadata));
        Assert.Equal("image", input.Key);
        Assert.Equal([-1, 3, 96, 160], input.Value.Dimensions);
        Assert.Equal("N", input.Value.SymbolicDimensions[0]);
        Assert.Equal("map", output.Key);
        Assert.Equal([-1, 16, 6, 10], output.Value.Dimensions);
        Assert.Equal("N", output.Value.SymbolicDimensions[0]);
        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal("""["first","second","third"]""", metadata["class_names"]);
        Assert.Equal("0.7,0.9,1.6,2.4", metadata["anchors"]);
        Assert.Equal("softmax", metadata["class_activation"]);
        Assert.Equal("stretch", metadata["resize"]);
        Assert.Equal("0.125", metadata["score_threshold"]);
        Assert.Equal("0.45", metadata["iou_threshold"]);
        Assert.Equal("true", metadata["class_agnostic"]);
        Assert.Equal("300", metadata["max_detections"]);
        Assert.Equal("map", metadata["output"]);
        Assert.DoesNotContain("box_format", metadata.Keys);
    }

    [Fact]
    public void ToBytes_Detections_TellsWhatTheOutputsAre()
    {
        byte[] file = OnnxExporter.ToBytes(MiniGolden.Model, new() { Output = OnnxOutput.Detections, Detection = new() { MaxDetections = 20 } });

        using var session = new InferenceSession(file);
        Assert.Equal([-1, 3, 96, 160], Assert.Single(session.InputMetadata).Value.Dimensions);
        Assert.Equal(["boxes", "scores", "classes", "images"], session.OutputNames);
        Assert.Equal([-1, 4], session.OutputMetadata["boxes"].Dimensions);
        Assert.Equal(typeof(long), session.OutputMetadata["classes"].ElementType);
        Assert.All(session.OutputMetadata.Values, output => Assert.Equal("D", output.SymbolicDimensions[0]));
        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal("detections", metadata["output"]);
        Assert.Equal("x0,y0,x1,y1 in pixels of the input, not clipped", metadata["box_format"]);
        Assert.Equal("0.25", metadata["score_threshold"]);
        Assert.Equal("0.45", metadata["iou_threshold"]);
        Assert.Equal("false", metadata["class_agnostic"]);
        Assert.Equal("20", metadata["max_detections"]);
        Assert.Equal("""["first","second","third"]""", metadata["class_names"]);
    }

    [Fact]
    public void ToBytes_Network_StatesOpset13()
    {
        var file = ModelProto.Parser.ParseFrom(OnnxExporter.ToBytes(MiniGolden.Network, MiniGolden.Weights));

        var opset = Assert.Single(file.OpsetImport);
        Assert.Equal(("", 13), (opset.Domain, opset.Version));
        Assert.Equal(7, file.IrVersion);
        Assert.Empty(file.MetadataProps);
    }

    [Fact]
    public void Save_Detector_WritesTheBytes()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            OnnxExporter.Save(MiniGolden.Model, path);

            Assert.Equal(OnnxExporter.ToBytes(MiniGolden.Model), File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
