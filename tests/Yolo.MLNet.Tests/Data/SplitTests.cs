using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace Yolo.MLNet.Tests.Data;

/// <summary>ML.NET's ways to take a part of the rows, which keep their images.</summary>
public sealed class SplitTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();
    private readonly IDataView _data;

    public SplitTests()
    {
        SyntheticVoc.WriteTrainingSet(_folder.Path);
        _data = _ml.Data.LoadFromVoc(_folder.Path);
    }

    [Fact]
    public void CrossValidationSplit_Folds_HaveEveryImageInOneTestSet()
    {
        var folds = _ml.Data.CrossValidationSplit(_data, numberOfFolds: 3);

        Assert.Equal(Sizes(_data).Order(), folds.SelectMany(fold => Sizes(fold.TestSet)).Order());
        Assert.All(folds, fold => Assert.Equal(7, Sizes(fold.TrainSet).Count + Sizes(fold.TestSet).Count));
    }

    [Fact]
    public void TrainTestSplitSkipAndTake_Parts_HaveTheirImages()
    {
        var split = _ml.Data.TrainTestSplit(_data, testFraction: 0.4);

        Assert.Equal(Sizes(_data).Order(), Sizes(split.TrainSet).Concat(Sizes(split.TestSet)).Order());
        Assert.Equal(Sizes(_data)[2..4], Sizes(_ml.Data.TakeRows(_ml.Data.SkipRows(_data, 2), 2)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>File and size of the image of each row.</summary>
    private static List<string> Sizes(IDataView data) => Rows.Read(data, row =>
    {
        using var image = Rows.Scalar<MLImage>(row, "Image");
        return $"{Rows.Scalar<ReadOnlyMemory<char>>(row, "ImagePath")} {image.Width} x {image.Height}";
    });
}
