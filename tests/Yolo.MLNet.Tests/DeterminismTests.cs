using System.IO.Compression;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Trainers;
using Yolo.Model.Training;

namespace Yolo.MLNet.Tests;

/// <summary>What docs/determinism.md says of whole pipelines.</summary>
public sealed class DeterminismTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DeterminismTests() => SyntheticVoc.WriteTrainingSet(_folder.Combine("voc"));

    // Data read from files, anchors clustered, images drawn to validate with, trained, saved: all of it follows from the seed of the
    // options, if they name one.
    [Fact]
    public void Fit_SameSeedInAnotherContext_SavesTheSameBytes()
    {
        var first = Saved(new MLContext(seed: 1), seed: 4);

        Assert.Equal(["Model.key", "model.cfg", "model.names", "model.weights"], first.Select(file => file.Name));
        Assert.Equal(first, Saved(new MLContext(seed: 2), seed: 4));
        Assert.NotEqual(first, Saved(new MLContext(seed: 1), seed: 5));
    }

    // A context without a seed draws what seed 0 draws.
    [Fact]
    public void Fit_NoSeedInTheOptions_FollowsTheContext()
    {
        var four = Saved(new MLContext(), seed: 4);

        Assert.Equal(four, Saved(new MLContext(seed: 4), seed: null));
        Assert.NotEqual(four, Saved(new MLContext(seed: 5), seed: null));
        Assert.Equal(Saved(new MLContext(seed: 7), seed: 0), Saved(new MLContext(), seed: null));
    }

    public void Dispose() => _folder.Dispose();

    private (string Name, string Content)[] Saved(MLContext ml, int? seed)
    {
        YoloV2TrainerOptions options = new()
        {
            Network = TestModels.Trainable, AnchorCount = 2, Epochs = 2, BatchSize = 4, Precision = Precision.Float32,
            ValidationFraction = 0.25, Seed = seed,
        };
        using var model = ml.ObjectDetection.Trainers.YoloV2(options).Fit(ml.Data.LoadFromVoc(_folder.Combine("voc")));
        ml.Model.SaveAtomic(model, null, _folder.Combine("model.zip"));
        using var zip = ZipFile.OpenRead(_folder.Combine("model.zip"));
        var entries = zip.Entries.Where(entry => entry.Name is "Model.key" or "model.cfg" or "model.names" or "model.weights");
        return [.. entries.Select(Read).OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    private static (string Name, string Content) Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return (entry.Name, Convert.ToHexString(bytes.ToArray()));
    }
}
