using System.Diagnostics;
using System.Globalization;
using Xunit;
using Yolo.Model.Torch;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Processes;

/// <summary>Kills random processes of a distributed run at random moments. <c>YOLO_KILLS=20</c> kills more often than the two times of every
/// day.</summary>
[Collection(nameof(Alone))]
public sealed class KilledGroupTests : IDisposable
{
    private const int Processes = 3;

    private static readonly TimeSpan s_longestEnd = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public KilledGroupTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Train_KilledAgainAndAgain_EndsCleanlyAndGivesTheSameWeights()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("YOLO_KILLS") ?? "2", CultureInfo.InvariantCulture);
        int stepsBetween = 12, epochs = (kills + 1) * stepsBetween / 3 + 20;
        string[] settings = ["images=16", $"epochs={epochs}", "batch=2", "sync=1"];
        using (var whole = MpiJob.Start(Processes, [.. settings, $"weights={_folder.Combine("whole.weights")}"]))
            whole.WaitForSuccess();
        string[] killed = [.. settings, $"checkpoints={_folder.Combine("run")}", $"weights={_folder.Combine("killed.weights")}"];

        var random = new Random(1);
        for (int kill = 0; kill < kills; kill++)
        {
            using var job = MpiJob.Start(Processes, killed);
            job.WaitForSteps(random.Next(1, stepsBetween));
            job.Kill(random.Next(Processes));
            long start = Stopwatch.GetTimestamp();
            var (code, errors) = job.Wait();
            Assert.NotEqual(0, code);
            Assert.Contains("exited on signal 9", errors, StringComparison.Ordinal);
            Assert.True(Stopwatch.GetElapsedTime(start) < s_longestEnd);
            Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Combine("run"), "*.checkpoint"), IsEmpty);
        }
        using (var last = MpiJob.Start(Processes, killed))
            last.WaitForSuccess();

        Assert.Equal(Numbers("whole.weights"), Numbers("killed.weights"));
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsEmpty(string path) => new FileInfo(path).Length == 0;

    private float[] Numbers(string name) => Squares.Flatten(DarknetWeightsFile.Read(_folder.Combine(name), Squares.Network(batchNormalize: true)));
}
