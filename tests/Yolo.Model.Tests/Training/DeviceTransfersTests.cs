using System.Text.RegularExpressions;
using Xunit;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Training;

public sealed partial class DeviceTransfersTests
{
    // Pixels and targets go to the device, one answer comes back, and that is what is waited for.
    [Theory]
    [InlineData(LossKind.CIoU)]
    [InlineData(LossKind.Notebook)]
    [InlineData(LossKind.Darknet)]
    public void Run_AStep_MakesTwoUploadsAndOneDownload(LossKind kind)
    {
        var plan = new TrainingPlan(Squares.Network(batchNormalize: true), Squares.Plain with { Epochs = 5, AverageDecay = 0.9, Loss = kind }, null);
        var trainer = new DetectorTrainer(plan.Network, plan.Options);
        using var session = new TrainingSession(plan, trainer.RandomWeights, new(new(new TrainingImageList(Squares.Images(4))), null), null);

        session.Run(TestContext.Current.CancellationToken);

        Assert.Equal((2 * 5, 5, 5), (session.Transfers.Uploads, session.Transfers.Downloads, session.Transfers.Waits));
    }

    // What goes round the seam is not counted: only the code of a run's start and end, and of its files, may do so.
    [Fact]
    public void Sources_OfAStep_MoveTensorsThroughTheSeamAlone()
    {
        string training = Path.Combine(TestPaths.Root, "src", "Yolo.Model", "Training");
        string[] files =
        [
            .. Directory.EnumerateFiles(Path.Combine(training, "Losses")), .. Directory.EnumerateFiles(Path.Combine(training, "Images")),
            Path.Combine(training, "TrainingStep.cs"), Path.Combine(training, "Validation", "Validator.cs"), Path.Combine(training, "Optimization", "WeightCopy.cs"),
        ];

        // Of constants there are three: two of a grid, made once a size; and the public way to compute a loss once.
        Assert.Equal(
            ["RegionGrid.cs: tensor(shapes", "RegionGrid.cs: tensor(weights", "RegionLoss.cs: tensor(packed"],
            files.SelectMany(file => Moves().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Value}")).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"(?<![A-Za-z.])tensor\(\w+|\.cpu\(\)|\.item<|\.to\(device|nonzero\(|masked_select\(|\.cuda\(")]
    private static partial Regex Moves();
}
