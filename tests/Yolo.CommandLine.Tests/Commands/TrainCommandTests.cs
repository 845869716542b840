using Xunit;
using Yolo.MLNet.Tests;

namespace Yolo.CommandLine.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private const string SmallNetwork =
        """
        [net]
        width=64
        height=64
        channels=3
        [convolutional]
        batch_normalize=1
        filters=8
        size=3
        stride=2
        pad=1
        activation=leaky
        [maxpool]
        size=2
        stride=2
        [convolutional]
        batch_normalize=1
        filters=8
        size=3
        stride=2
        pad=1
        activation=leaky
        [convolutional]
        filters=14
        size=1
        stride=1
        pad=1
        activation=linear
        [region]
        anchors=1,1, 3,3
        classes=2
        num=2
        """;

    private readonly TemporaryFolder _folder = new();

    public TrainCommandTests()
    {
        SyntheticVoc.WriteTrainingSet(_folder.Combine("data"));
        File.WriteAllText(_folder.Combine("small.cfg"), SmallNetwork);
    }

    private string[] Train(params string[] more) =>
        ["train", "--data", _folder.Combine("data"), "--network", _folder.Combine("small.cfg"), "--anchors", "2", "--batch", "2", "--precision", "Float32", "-o", _folder.Combine("out"), .. more];

    [Fact]
    public async Task Train_OnResNet18_StartsFromThePackagesWeights()
    {
        var train = await CommandRun.Of(
            "train", "--data", _folder.Combine("data"), "--network", "yolov2-resnet18", "--size", "64", "--weights", "resnet18", "--epochs", "1", "--anchors", "2",
            "-o", _folder.Combine("out"));

        train.ShouldExitWith(ExitCodes.Success);
        Assert.Contains("Of 25 convolutions 21 start from given weights, 1 are frozen.", train.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ThenValAndAnchors_WorkOnWhatItWrote()
    {
        var train = await CommandRun.Of(Train("--epochs", "2"));

        train.ShouldExitWith(ExitCodes.Success);
        string model = _folder.Combine("out", "model.zip");
        Assert.Contains("7 images, 6 bee, 6 cat", train.Output, StringComparison.Ordinal);
        Assert.Contains("epoch   2/2", train.Output, StringComparison.Ordinal);
        Assert.Equal(["loss.png", "metrics.csv", "model.zip"], Directory.EnumerateFiles(_folder.Combine("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(_folder.Combine("out", "checkpoints")));

        var val = await CommandRun.Of("val", "--model", model, "--data", _folder.Combine("data"), "-o", _folder.Combine("val"));
        val.ShouldExitWith(ExitCodes.Success);
        Assert.Contains("mAP50 (VOC 2010+):", val.Output, StringComparison.Ordinal);

        Assert.Equal(["metrics.csv", "metrics.json", "report.html"], Directory.EnumerateFiles(_folder.Combine("val")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var summary = await CommandRun.Of("summary", model);
        Assert.Contains("Classes: bee, cat", summary.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Cancelled_LeavesACheckpointAndExitsWith130()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        string checkpoints = _folder.Combine("out", "checkpoints");
        Directory.CreateDirectory(checkpoints);
        using var watcher = new FileSystemWatcher(checkpoints) { EnableRaisingEvents = true };
        watcher.Renamed += (_, _) => cancellation.Cancel();

        var stopped = await CommandRun.Until(cancellation.Token, Train("--epochs", "100000"));

        stopped.ShouldExitWith(ExitCodes.Cancelled);
        Assert.Contains("--resume", stopped.Errors, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(checkpoints, "*.checkpoint"));
        Assert.False(File.Exists(_folder.Combine("out", "model.zip")));

        var again = await CommandRun.Of(Train("--epochs", "100000"));
        again.ShouldExitWith(ExitCodes.Failure);
        Assert.Contains("--resume", again.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
