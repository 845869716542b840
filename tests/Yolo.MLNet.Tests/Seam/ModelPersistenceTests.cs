using System.IO.Compression;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Tests.Seam;

public sealed class ModelPersistenceTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(ResizeMode.Stretch)]
    [InlineData(ResizeMode.Letterbox)]
    public void Load_SavedModel_HasEverythingThatWasSaved(ResizeMode resize)
    {
        DetectionOptions options = new() { ScoreThreshold = 0.123f, IoUThreshold = 0.6f, ClassAgnostic = true, MaxDetections = 7, IntraOpThreads = 2 };
        ObjectDetectionColumns columns = new() { Image = "Photo", PredictedLabel = "L", PredictedLabelText = "T", Score = "S", PredictedBoundingBoxes = "B" };
        var model = TestModels.Mini(resize);
        string path = Save(new(_ml, model, options, columns));

        using var loaded = Assert.IsType<YoloV2DetectionTransformer>(new MLContext().Model.Load(path, out _));

        Assert.Equal(options, loaded.Options);
        Assert.Equal(columns, loaded.Columns);
        Assert.Equal(model.Network, loaded.Model.Network);
        Assert.Equal(model.Network.NetOptions, loaded.Model.Network.NetOptions.Remove("letter_box"));
        Assert.Equal(model.ClassNames, loaded.Model.ClassNames);
        Assert.Equal(resize, loaded.Model.Resize);
        Assert.All(model.Weights.Convolutions.Zip(loaded.Model.Weights.Convolutions), pair => Assert.Equal(pair.First.Kernel, pair.Second.Kernel));
    }

    // What Darknet and OpenCV are to read: the golden weights were read by both.
    [Fact]
    public void Save_Model_HoldsDarknetsFiles()
    {
        string path = Save(new(_ml, TestModels.Mini(), new(), new()));

        using var zip = ZipFile.OpenRead(path);
        Assert.Equal("ant\nbee\ncat\n", Text(zip, "model.names"));
        Assert.StartsWith("[net]", Text(zip, "model.cfg"), StringComparison.Ordinal);
        using var weights = ModelZip.Entry(zip, "model.weights").Open();
        using var bytes = new MemoryStream();
        weights.CopyTo(bytes);
        Assert.Equal(File.ReadAllBytes(TestPaths.Golden("mini/mini.weights")), bytes.ToArray());
    }

    // Training goes on in Darknet from the images seen, and its learning rate hangs on them.
    [Fact]
    public void Load_ModelThatHasSeenImages_KeepsTheirNumber()
    {
        var mini = TestModels.Mini();
        var model = new DetectorModel(mini.Network, new(mini.Network, mini.Weights.Convolutions) { Seen = 23_360 }, mini.ClassNames);

        using var loaded = (YoloV2DetectionTransformer)_ml.Model.Load(Save(new(_ml, model, new(), new())), out _);

        Assert.Equal(23_360, loaded.Model.Weights.Seen);
    }

    [Fact]
    public void Load_ChainWithLoadImages_ScoresTheSame()
    {
        TestImages.Save(_folder.Combine("image.png"), 200, 100, seed: 1);
        var data = _ml.Data.LoadFromEnumerable([new { Path = _folder.Combine("image.png") }]);
        var chain = _ml.Transforms.LoadImages("Image", "", "Path").Append(_ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold)).Fit(data);
        string path = _folder.Combine("chain.zip");

        _ml.Model.Save(chain, data.Schema, path);
        var loaded = new MLContext().Model.Load(path, out _);

        var expected = Rows.Detections(chain.Transform(data));
        Assert.NotEmpty(expected[0].Scores);
        Assert.Equal(expected, Rows.Detections(loaded.Transform(data)));
    }

    [Fact]
    public void Save_DisposedModel_StillWorks()
    {
        var transformer = new YoloV2DetectionTransformer(_ml, TestModels.Mini(), new(), new());
        transformer.Dispose();

        using var loaded = (YoloV2DetectionTransformer)_ml.Model.Load(Save(transformer), out _);

        Assert.Equal(3, loaded.Model.ClassNames.Count);
    }

    [Theory]
    [InlineData("model.weights")]
    [InlineData("model.cfg")]
    [InlineData("model.names")]
    public void Load_FileCutOff_NamesIt(string name)
    {
        string path = Save(new(_ml, TestModels.Mini(), new(), new()));
        ModelZip.Rewrite(path, name, bytes => bytes[..^4]);

        var error = LoadError(path);

        Assert.IsType<InvalidDataException>(error);
        Assert.Contains($"{name} (", error.Message, StringComparison.Ordinal);
        Assert.Contains("is not what was saved", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OneBitOfTheWeightsChanged_IsRefused()
    {
        string path = Save(new(_ml, TestModels.Mini(), new(), new()));
        ModelZip.Rewrite(path, "model.weights", bytes =>
        {
            bytes[^1] ^= 1;
            return bytes;
        });

        Assert.Contains("model.weights", Assert.IsType<InvalidDataException>(LoadError(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileMissing_NamesIt()
    {
        string path = Save(new(_ml, TestModels.Mini(), new(), new()));
        ModelZip.Rewrite(path, "model.names", _ => null);

        Assert.Contains("the model has no model.names", Assert.IsType<InvalidDataException>(LoadError(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OptionOutOfRange_IsRefused()
    {
        string path = Save(new(_ml, TestModels.Mini(), new(), new()));
        // The score threshold follows ML.NET's header of 0x100 bytes and three SHA-256.
        ModelZip.Rewrite(path, "Model.key", bytes =>
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(0x100 + 3 * 32), 2f);
            return bytes;
        });

        Assert.IsType<InvalidDataException>(LoadError(path));
    }

    public void Dispose() => _folder.Dispose();

    private string Save(YoloV2DetectionTransformer transformer)
    {
        string path = _folder.Combine("model.zip");
        _ml.Model.Save(transformer, null, path);
        transformer.Dispose();
        return path;
    }

    // ML.NET wraps what a loader throws.
    private Exception LoadError(string path) => Assert.ThrowsAny<Exception>(() => _ml.Model.Load(path, out _)).GetBaseException();

    private static string Text(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(ModelZip.Entry(zip, name).Open());
        return reader.ReadToEnd();
    }
}
