using System.IO.Compression;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Scoring;

public sealed class QuantizeTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Quantize_Model_FindsNearlyTheSame()
    {
        var images = Images(4);
        using var model = Model();

        using var quantized = model.Quantize(images);

        var expected = Rows.Detections(model.Transform(images));
        var actual = Rows.Detections(quantized.Transform(images));
        Assert.NotEmpty(expected[0].Scores);
        Assert.NotEqual(expected[0].Scores, actual[0].Scores);
        Assert.Equal(expected[0].Scores[0], actual[0].Scores[0], 0.05f);
        Assert.Null(model.Model.Quantization);
    }

    [Fact]
    public void Load_QuantizedModel_ScoresTheSame()
    {
        var images = Images(2);
        using var model = Model();
        using var quantized = model.Quantize(images);

        using var loaded = (YoloV2DetectionTransformer)new MLContext().Model.Load(Save(quantized), out _);

        Assert.Equal(quantized.Model.Quantization, loaded.Model.Quantization);
        Assert.Equal(Rows.Detections(quantized.Transform(images)), Rows.Detections(loaded.Transform(images)));
    }

    [Fact]
    public void Load_QuantizedModelWithoutItsRanges_IsRefused()
    {
        using var model = Model();
        using var quantized = model.Quantize(Images(1));
        string path = Save(quantized);
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
            Assert.Single(zip.Entries, entry => entry.Name == "model.ranges").Delete();

        var error = Assert.ThrowsAny<Exception>(() => _ml.Model.Load(path, out _)).GetBaseException();

        Assert.Contains("the model has no model.ranges", Assert.IsType<InvalidDataException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_NoRows_SaysWhatIsMissing()
    {
        using var model = Model();

        Assert.Contains("calibrate", Assert.Throws<InvalidOperationException>(() => model.Quantize(Images(0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_MaximumImages_ReadsNoMore()
    {
        var rows = new CountedRows(5);
        using var model = Model();

        using var quantized = model.Quantize(_ml.Data.LoadFromEnumerable(rows.Read()), maximumImages: 2);

        Assert.Equal(2, rows.Given);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Quantize(Images(1), maximumImages: 0));
    }

    public void Dispose() => _folder.Dispose();

    private YoloV2DetectionTransformer Model() => _ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold).Fit(Images(0));

    private IDataView Images(int count) => _ml.Data.LoadFromEnumerable(new CountedRows(count).Read());

    private string Save(YoloV2DetectionTransformer transformer)
    {
        string path = _folder.Combine("model.zip");
        _ml.Model.Save(transformer, null, path);
        return path;
    }

    private sealed class CountedRows(int count)
    {
        public int Given { get; private set; }

        public IEnumerable<ImageRow> Read()
        {
            for (int i = 0; i < count; i++)
            {
                Given++;
                yield return new(TestImages.Noise(200, 120, seed: i));
            }
        }
    }
}
