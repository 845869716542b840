using System.Buffers.Binary;
using CsCheck;
using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Weights;

public sealed class DarknetWeightsFilePropertyTests
{
    /// <summary>Networks with a file for each: a header of either width, and any bits for floats, NaN included.</summary>
    private static readonly Gen<(NetworkDefinition Network, byte[] File)> s_files = Gen.Select(
        Properties.Networks, Gen.Int[0, 2], Gen.Int[0, 9], Gen.Int, Gen.Long[0, long.MaxValue], Gen.Int,
        (network, major, minor, revision, seen, seed) =>
        {
            int header = major * 10 + minor >= 2 ? 20 : 16;
            byte[] file = new byte[header + 4 * network.WeightCount];
            new Random(seed).NextBytes(file);
            BinaryPrimitives.WriteInt32LittleEndian(file, major);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), minor);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(8), revision);
            if (header == 20)
                BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(12), seen);
            return (network, file);
        });

    [Fact]
    public void Write_OfAnyFileRead_GivesItsBytes() =>
        s_files.Sample(
            sample =>
            {
                using var written = new MemoryStream();
                DarknetWeightsFile.Write(written, sample.Network, DarknetWeightsFile.Read(new MemoryStream(sample.File), sample.Network));

                Assert.Equal(sample.File, written.ToArray());
            },
            iter: 500, threads: 1, print: sample => DarknetConfig.Write(sample.Network));

    // The biases of the first convolution come first; what ends behind a convolution holds those before it.
    [Fact]
    public void ReadPartial_OfAnyFileCutBehindAConvolution_TakesThoseBefore() =>
        Gen.Select(s_files, Gen.Int[0, 20]).Sample(
            (sample, cut) =>
            {
                var (network, file) = sample;
                int convolutions = cut % (network.Convolutions.Length + 1), header = (int)(file.Length - 4 * network.WeightCount);
                int length = header + (int)network.Convolutions.Take(convolutions).Sum(layer => 4 * layer.WeightCount);
                var fresh = WeightInitializer.Create(network, seed: 1);

                var read = DarknetWeightsFile.ReadPartial(new MemoryStream(file, 0, length), network, fresh, out int loaded);

                Assert.Equal(convolutions, loaded);
                for (int i = convolutions; i < network.Convolutions.Length; i++)
                    Assert.Same(fresh.Convolutions[i], read.Convolutions[i]);
                if (convolutions > 0)
                    Assert.Equal(BitConverter.ToInt32(file, header), BitConverter.SingleToInt32Bits(read.Convolutions[0].Biases[0]));
            },
            iter: 500, threads: 1);
}
