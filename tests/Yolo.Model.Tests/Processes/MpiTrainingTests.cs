using Xunit;
using Yolo.Model.Torch;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Processes;

public sealed class MpiTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MpiTrainingTests() => TorchRuntime.EnsureLoaded();

    // 19 images: the last step of an epoch has three, so that one of four processes has none.
    [Theory]
    [InlineData(2, 16, "CIoU")]
    [InlineData(4, 19, "CIoU")]
    [InlineData(4, 19, "Darknet")]
    [InlineData(2, 16, "Notebook")]
    public void Train_SomeProcessesWithSynchronizedBatchNorm_GivesTheWeightsOfOne(int processes, int images, string loss)
    {
        string[] settings = [$"images={images}", "epochs=17", "sync=1", $"loss={loss}"];
        Run(1, [.. settings, "batch=8", $"weights={_folder.Combine("one.weights")}"]);

        Run(processes, [.. settings, $"batch={8 / processes}", $"weights={_folder.Combine("some.weights")}"]);

        float[] expected = Weights("one.weights"), actual = Weights("some.weights");
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    // Without synchronized batch norm, and with gradients of eight bits, the result is another one, but no worse by much.
    [Fact]
    public void Train_GradientsInBFloat16_EndsNearTheLossOf32Bits()
    {
        string[] settings = ["images=16", "epochs=8", "batch=2", "validate=1", $"weights={_folder.Combine("any.weights")}"];
        double exact = Loss(Run(2, settings)), rounded = Loss(Run(2, [.. settings, "bfloat16=1"]));

        Assert.NotEqual(exact, rounded);
        Assert.Equal(exact, rounded, 0.2);
    }

    // Each process validates a part of the images; together they must give what one gives.
    [Fact]
    public void Train_WithValidation_MeasuresAllImages()
    {
        string[] settings = ["images=16", "epochs=6", "sync=1", "validate=1", $"weights={_folder.Combine("any.weights")}"];

        string one = Run(1, [.. settings, "batch=6"])[^1], three = Run(3, [.. settings, "batch=2"])[^1];

        Assert.Equal(Number(one, "map"), Number(three, "map"), 1e-6);
        Assert.Equal(Number(one, "valloss"), Number(three, "valloss"), 1e-4);
    }

    [Fact]
    public void Train_ProcessThatThrows_EndsAllAndNamesIt()
    {
        using var job = MpiJob.Start(3, "images=16", "epochs=500", "batch=2", "throw=1", "at=40", $"weights={_folder.Combine("any.weights")}");

        var (code, errors) = job.Wait();

        Assert.NotEqual(0, code);
        Assert.Contains("Process 1 on ", errors, StringComparison.Ordinal);
        Assert.Contains(": photo-17.jpg: the file is damaged.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_ProcessThatHangs_EndsAllAndNamesIt()
    {
        using var job = MpiJob.Start(3, "images=16", "epochs=500", "batch=2", "hang=2", "at=40", "patience=4", $"weights={_folder.Combine("any.weights")}");

        var (code, errors) = job.Wait();

        Assert.NotEqual(0, code);
        Assert.Contains("Process 2 on ", errors, StringComparison.Ordinal);
        Assert.Contains(" has kept the others waiting for 4 s.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_ProcessKilledAndResumedByFewer_GoesOnFromTheCheckpoint()
    {
        string[] settings = ["images=16", "epochs=400", "batch=2", $"checkpoints={_folder.Combine("run")}", $"weights={_folder.Combine("any.weights")}"];
        using (var job = MpiJob.Start(3, settings))
        {
            job.WaitForSteps(30);
            job.Kill(1);
            var (code, errors) = job.Wait();
            Assert.NotEqual(0, code);
            Assert.Contains("exited on signal 9", errors, StringComparison.Ordinal);
        }

        // Three processes take 3 steps an epoch, two take 4: whole epochs count.
        using var resumed = MpiJob.Start(2, settings);
        resumed.WaitForSteps(1);
        Assert.InRange(int.Parse(resumed.Lines[0], System.Globalization.CultureInfo.InvariantCulture), 30 * 4 / 3, 1600);
    }

    [Fact]
    public void Dispose_TwiceAndUsed_Refuses() => Assert.Equal(["refused", "refused"], Run(2, "dispose=1"));

    // What Ctrl+C does: mpirun passes SIGTERM on.
    [Fact]
    public void Train_Cancelled_LeavesOneCheckpointOfTheLastStep()
    {
        using var job = MpiJob.Start(2, "images=16", "epochs=4000", "batch=2", $"checkpoints={_folder.Combine("run")}", $"weights={_folder.Combine("any.weights")}");
        job.WaitForSteps(10);

        job.Signal("INT");
        job.Wait();

        int last = job.Lines.Where(line => int.TryParse(line, out _)).Select(int.Parse).Last();
        Assert.Contains("cancelled 0", job.Lines);
        Assert.True(File.Exists(_folder.Combine("run", $"step-{last:D9}.checkpoint")));
    }

    public void Dispose() => _folder.Dispose();

    private static IReadOnlyList<string> Run(int processes, params string[] settings)
    {
        using var job = MpiJob.Start(processes, settings);
        job.WaitForSuccess();
        return job.Lines;
    }

    private float[] Weights(string name) => Squares.Flatten(DarknetWeightsFile.Read(_folder.Combine(name), Squares.Network(batchNormalize: true)));

    private static double Loss(IReadOnlyList<string> lines) => Number(lines[^1], "loss");

    private static double Number(string line, string name)
    {
        string[] words = line.Split(' ');
        return double.Parse(words[Array.IndexOf(words, name) + 1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
