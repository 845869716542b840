using CsCheck;
using TorchSharp;
using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Checkpoints;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Training.Checkpoints;

public sealed class CheckpointPropertyTests : IDisposable
{
    private const int Epochs = 3, StepsPerEpoch = 4;

    private static readonly string[] s_terms = ["xy", "objectness"];

    // Numbers of every kind: a loss that is no number must not make a checkpoint unreadable.
    private static readonly Gen<HistoryRecord> s_positions = Gen.Select(Gen.Int[0, Epochs * StepsPerEpoch], Gen.Double.Array[3], Gen.Double.Array[Epochs], Gen.Int[0, int.MaxValue], (steps, sums, losses, ticks) => new HistoryRecord(
        steps, sums,
        [.. Enumerable.Range(0, steps / StepsPerEpoch).Select(epoch => new TrainingProgress(
            epoch + 1, Epochs, StepsPerEpoch, StepsPerEpoch, 1e-3, losses[epoch], [.. s_terms.Select(term => KeyValuePair.Create(term, losses[epoch] / 3))], new(ticks), new(ticks / 2)))],
        new(ticks)));

    private static readonly Gen<Sample> s_samples = Gen.Select(
        Properties.Networks, s_positions, Properties.Names.Array[0, 4], Gen.Int, Gen.Bool, Gen.Bool, Gen.Long[0, long.MaxValue],
        (network, position, names, seed, average, best, seen) => new Sample(network, position, names, seed, average, best, seen));

    private readonly TemporaryFolder _folder = new();

    public CheckpointPropertyTests() => TorchRuntime.EnsureLoaded();

    private string Path => _folder.Combine("step-000000001.checkpoint");

    // Each file is flushed to the disk.
    [Fact]
    public void Restore_OfAnyStateWritten_GivesItBitForBit() =>
        s_samples.Sample(
            sample =>
            {
                using var scope = NewDisposeScope();
                using YoloModule module = Module(sample, sample.Seed), other = Module(sample, sample.Seed + 1);
                using TrainingState written = Write(sample, module), restored = State(sample, other);

                using var file = CheckpointFile.TryOpen(Path)!;
                file.Restore(restored, file.Header);

                Assert.Null(Identity(sample).DifferenceIn(file.Header.Run));
                Assert.Equal(sample.Seen, restored.Seen);
                Assert.Equal(sample.Average ? sample.Position.Steps : null, restored.Average?.Steps);
                var (expected, actual) = (sample.Position, restored.History.ToRecord());
                Assert.Equal(expected.Steps, actual.Steps);
                Assert.Equal(expected.Sums, actual.Sums);
                Assert.Equal(expected.History.Select(epoch => epoch with { Terms = [] }), actual.History.Select(epoch => epoch with { Terms = [] }));
                Assert.Equal(expected.History.SelectMany(epoch => epoch.Terms), actual.History.SelectMany(epoch => epoch.Terms));
                Assert.Equal(Floats(written), Floats(restored));
            },
            iter: 30, threads: 1, print: sample => DarknetConfig.Write(sample.Network));

    [Fact]
    public void TryOpen_OfAnyFileWithAByteChangedOrMissing_GivesNull() =>
        Gen.Select(s_samples, Gen.Double[0, 0.999999], Gen.Byte[1, 255], Gen.Bool).Sample(
            (sample, place, change, cut) =>
            {
                using (NewDisposeScope())
                using (var module = Module(sample, sample.Seed))
                    Write(sample, module).Dispose();
                byte[] bytes = File.ReadAllBytes(Path);
                int at = (int)(place * bytes.Length);
                bytes[at] ^= change;
                File.WriteAllBytes(Path, cut ? bytes[..at] : bytes);

                Assert.Null(CheckpointFile.TryOpen(Path));
            },
            iter: 30, threads: 1, print: sample => DarknetConfig.Write(sample.Item1.Network));

    public void Dispose() => _folder.Dispose();

    private TrainingState Write(Sample sample, YoloModule module)
    {
        var state = State(sample, module);
        using (no_grad())
        {
            foreach (var (_, value) in state.Tensors)
                value.copy_(randn_like(value));
        }
        state.History.ContinueFrom(sample.Position);
        state.Seen = sample.Seen;
        state.Average?.Steps = sample.Position.Steps;
        CheckpointFile.Write(Path, CheckpointContent.Of(Identity(sample), ScalarType.Float32, state));
        return state;
    }

    private static YoloModule Module(Sample sample, int seed)
    {
        var module = new YoloModule(sample.Network);
        TorchWeights.Load(module, WeightInitializer.Create(sample.Network, seed));
        return module;
    }

    private static TrainingState State(Sample sample, YoloModule module) =>
        new(module, new() { AverageDecay = sample.Average ? 0.9 : 0 }, new(Epochs, StepsPerEpoch, s_terms), seen: 0, sample.Best);

    private static RunFingerprint Identity(Sample sample) => new(DarknetConfig.Write(sample.Network), sample.Names, new Dictionary<string, string> { ["a setting"] = string.Concat(sample.Names) });

    private static List<float[]> Floats(TrainingState state) => [.. state.Tensors.Select(tensor => tensor.Value.detach().contiguous().data<float>().ToArray())];

    private sealed record Sample(NetworkDefinition Network, HistoryRecord Position, string[] Names, int Seed, bool Average, bool Best, long Seen);
}
