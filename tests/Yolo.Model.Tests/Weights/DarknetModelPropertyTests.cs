using CsCheck;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Weights;

public sealed class DarknetModelPropertyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // What stands in a line is its name; all other texts are refused, not changed.
    [Fact]
    public void NamesText_OfAnyTexts_IsReadBackOrRefused() =>
        Gen.Char["ab \t\r\n#'"].Array[0, 4].Select(characters => new string(characters)).Array[0, 5].Sample(
            names =>
            {
                bool writable = names.All(name => name.Length > 0 && name == name.Trim() && !name.Contains('\n', StringComparison.Ordinal));
                if (writable)
                    Assert.Equal(names, DarknetModel.ParseNames(DarknetModel.NamesText(names)));
                else
                    Assert.Throws<InvalidOperationException>(() => DarknetModel.NamesText(names));
            },
            iter: 5_000, threads: 1);

    // Each file is flushed to the disk.
    [Fact]
    public void Load_OfAnyModelSaved_GivesIt() =>
        Gen.Select(Properties.Networks, Gen.Int, Properties.Names.Array[4], Gen.Bool).Sample(
            (network, seed, names, letterbox) =>
            {
                var model = new DetectorModel(network, WeightInitializer.Create(network, seed), [.. names.Take(network.Region.Classes)], letterbox ? ResizeMode.Letterbox : ResizeMode.Stretch);
                string[] files = ["a.cfg", "a.weights", "a.names"];
                string[] paths = [.. files.Select(file => _folder.Combine(file))];
                DarknetModel.Save(model, paths[0], paths[1], paths[2]);

                var read = DarknetModel.Load(paths[0], paths[1], paths[2]);

                Assert.Equal(model.Network.Layers, read.Network.Layers);
                Assert.Equal(model.ClassNames, read.ClassNames);
                Assert.Equal(model.Resize, read.Resize);
                Assert.Equal(model.Weights.Convolutions.Select(Floats), read.Weights.Convolutions.Select(Floats));
            },
            iter: 40, threads: 1, print: sample => DarknetConfig.Write(sample.Item1));

    public void Dispose() => _folder.Dispose();

    private static float[] Floats(ConvolutionWeights weights) => [.. weights.Biases, .. weights.Scales ?? [], .. weights.RollingMean ?? [], .. weights.RollingVariance ?? [], .. weights.Kernel];
}
