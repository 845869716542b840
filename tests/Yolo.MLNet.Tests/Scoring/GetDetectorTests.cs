using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Scoring;

/// <summary>The detector of models that are chains, of files and of neither.</summary>
public sealed class GetDetectorTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadDetector_SavedChain_IsItsLastDetector()
    {
        var empty = _ml.Data.LoadFromEnumerable<ImageInput>([]);
        using var chain = _ml.Transforms.YoloV2Detect(TestModels.Mini(),
            new() { ScoreThreshold = 0.5f, Columns = new() { Score = "First" } })
            .Append(_ml.Transforms.YoloV2Detect(TestModels.Mini(), new() { ScoreThreshold = 0.3f })).Fit(empty);
        _ml.Model.Save(chain, null, _folder.Combine("chain.zip"));

        using var loaded = _ml.Model.LoadDetector(_folder.Combine("chain.zip"));

        Assert.Same(chain.LastTransformer, chain.GetDetector());
        Assert.Equal((0.3f, "Score"), (loaded.Options.ScoreThreshold, loaded.Columns.Score));
        Assert.Equal(["ant", "bee", "cat"], loaded.Model.ClassNames);
    }

    [Fact]
    public void GetDetector_ModelWithoutOne_SaysSo()
    {
        var data = _ml.Data.LoadFromEnumerable([new { Text = "a" }]);
        var model = _ml.Transforms.CopyColumns("Copy", "Text").Fit(data);
        _ml.Model.Save(model, data.Schema, _folder.Combine("other.zip"));

        var direct = Assert.Throws<ArgumentException>(() => model.GetDetector());
        var stored = Assert.Throws<InvalidDataException>(() => _ml.Model.LoadDetector(_folder.Combine("other.zip")));

        Assert.Contains("found none", direct.Message, StringComparison.Ordinal);
        Assert.Contains("other.zip: expected a model with a YOLOv2 detector among its steps, found none.", stored.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LoadDetector_NoModel_NamesTheFile()
    {
        File.WriteAllText(_folder.Combine("text.zip"), "no zip");

        Assert.Contains("text.zip: expected a model", Assert.Throws<InvalidDataException>(() =>
            _ml.Model.LoadDetector(_folder.Combine("text.zip"))).Message, StringComparison.Ordinal);
        Assert.Contains("none.zip: there is no such model", Assert.Throws<FileNotFoundException>(() =>
            _ml.Model.LoadDetector(_folder.Combine("none.zip"))).Message, StringComparison.Ordinal);
    }
}
