using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Trainers;

namespace Yolo.MLNet.Tests.Data;

/// <summary>Data whose images ML.NET has dropped.</summary>
public sealed class LostImagesTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();
    private readonly IDataView _data;

    public LostImagesTests()
    {
        SyntheticVoc.WriteTrainingSet(_folder.Path);
        _data = _ml.Data.LoadFromVoc(_folder.Path);
    }

    public static TheoryData<string> Ways => ["Cache", "ShuffleRows", "SaveAsBinary"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Fit_ImagesDroppedByMLNet_NamesCauseAndCure(string way)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.ObjectDetection.Trainers.YoloV2(new()).Fit(Without(way)));

        Assert.Contains("Could not find input column 'Image' of type Image.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Cache, AppendCacheCheckpoint, ShuffleRows and SaveAsBinary of ML.NET drop images.", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("ml.Transforms.LoadImages(\"Image\", \"\", \"ImagePath\")", error.Message, StringComparison.Ordinal);
        Assert.Equal("inputSchema", error.ParamName);
    }

    [Fact]
    public void Fit_CacheCheckpointInAPipeline_NamesCauseAndCure()
    {
        var pipeline = _ml.Transforms.CopyColumns("Copy", "Labels").AppendCacheCheckpoint(_ml).Append(
            _ml.ObjectDetection.Trainers.YoloV2(new()));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Fit(_data));

        Assert.Contains("AppendCacheCheckpoint", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Transform_ImagesLoadedAfterwards_Detects(string way)
    {
        var data = Without(way);
        var pipeline = _ml.Transforms.LoadImages("Image", "", "ImagePath").Append(
            _ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold));

        var rows = Rows.Read(pipeline.Fit(data).Transform(data), row => Rows.Vector<float>(row, "Score").Length);

        Assert.Equal(7, rows.Count);
        Assert.Contains(rows, detections => detections > 0);
    }

    [Fact]
    public void Fit_NoImagesAtAll_SaysNothingOfThem()
    {
        var data = _ml.Data.LoadFromEnumerable([new { Text = "a" }]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.ObjectDetection.Trainers.YoloV2(new()).Fit(data));

        Assert.DoesNotContain("LoadImages", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private IDataView Without(string way)
    {
        switch (way)
        {
            case "Cache":
                return _ml.Data.Cache(_data);
            case "ShuffleRows":
                return _ml.Data.ShuffleRows(_data);
            default:
                using (var file = File.Create(_folder.Combine("rows.idv")))
                    _ml.Data.SaveAsBinary(_data, file);
                return _ml.Data.LoadFromBinary(_folder.Combine("rows.idv"));
        }
    }
}
