using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Weights;

public sealed class DarknetWeightsFileTests : IDisposable
{
    // golden/README.md
    private const string MiniSha256 = "567a1b466dde4de7cab9439664540ce208a5664ed5c9cccbdf19bcf2498d6fb8";

    private static readonly NetworkDefinition Mini = DarknetConfig.Load(TestPaths.Golden("mini/mini.cfg"));

    private static readonly byte[] MiniBytes = File.ReadAllBytes(TestPaths.Golden("mini/mini.weights"));

    // A kernel of a gigabyte.
    private static readonly NetworkDefinition Huge = DarknetConfig.Parse("[net]\nwidth=1\nheight=1\nchannels=16384\n[convolutional]\nfilters=16384\nactivation=leaky\n");

    // Two convolutions of 2 filters on 1 channel, the first with batch norm: 2 * 4 + 2 and 2 + 4 floats.
    private static readonly NetworkDefinition Tiny = DarknetConfig.Parse(
        "[net]\nwidth=4\nheight=4\nchannels=1\n[convolutional]\nfilters=2\nbatch_normalize=1\nactivation=leaky\n[convolutional]\nfilters=2\nactivation=linear\n");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("yolo-weights-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_WeightsReadFromTheGoldenFile_GivesTheSameBytes()
    {
        string path = Path.Combine(_folder.FullName, "copy.weights");

        var weights = DarknetWeightsFile.Read(TestPaths.Golden("mini/mini.weights"), Mini);
        DarknetWeightsFile.Write(path, Mini, weights);

        Assert.Equal(MiniSha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
    }

    // load_convolutional_weights: biases, scales, means, variances, kernel; without batch norm biases and kernel.
    [Fact]
    public void Read_CountingFloats_PutsThemInDarknetsOrder()
    {
        var weights = DarknetWeightsFile.Read(Stream(Header64(77), Floats(0, 16)), Tiny);

        var (first, second) = (weights.Convolutions[0], weights.Convolutions[1]);
        Assert.Equal([0, 1], first.Biases);
        Assert.Equal([2, 3], first.Scales!);
        Assert.Equal([4, 5], first.RollingMean!);
        Assert.Equal([6, 7], first.RollingVariance!);
        Assert.Equal([8, 9], first.Kernel);
        Assert.Equal([10, 11], second.Biases);
        Assert.Null(second.Scales);
        Assert.Equal([12, 13, 14, 15], second.Kernel);
        Assert.Equal(77, weights.Seen);
    }

    // seen has 64 bits where major * 10 + minor >= 2.
    [Theory]
    [InlineData(0, 1, 0, 16, 4_000_000_000)]
    [InlineData(0, 0, 9, 16, 12)]
    [InlineData(0, 2, 0, 20, 5_000_000_000)]
    [InlineData(0, 2, 5, 20, 12)]
    [InlineData(1, 0, 0, 20, 5_000_000_000)]
    public void Read_HeaderOfEitherWidth_ReadsSeenAndTheFloatsBehindIt(int major, int minor, int revision, int length, long seen)
    {
        byte[] header = Header(major, minor, revision, seen)[..length];

        var weights = DarknetWeightsFile.Read(Stream(header, Floats(0, 16)), Tiny);

        Assert.Equal(seen, weights.Seen);
        Assert.Equal(15, weights.Convolutions[1].Kernel[3]);
    }

    // The published yolov2.weights is of version 0.1 (16 bytes and 50,983,561 floats), AlexeyAB's Darknet writes 0.2.5, pjreddie's 0.2.0.
    [Theory]
    [InlineData(0, 1, 0, 16)]
    [InlineData(0, 2, 0, 20)]
    [InlineData(0, 2, 5, 20)]
    [InlineData(1, 0, 3, 20)]
    public void Write_WeightsOfAnyVersion_GivesTheSameBytes(int major, int minor, int revision, int length)
    {
        byte[] file = [.. Header(major, minor, revision, 32_013_312)[..length], .. Floats(0, 16)];

        byte[] once = Written(Tiny, DarknetWeightsFile.Read(new MemoryStream(file), Tiny));

        Assert.Equal(file, once);
        Assert.Equal(file, Written(Tiny, DarknetWeightsFile.Read(new MemoryStream(once), Tiny)));
    }

    [Fact]
    public void Write_SeenBeyondAnOldHeader_RaisesTheVersion()
    {
        var old = DarknetWeightsFile.Read(Stream(Header(0, 1, 0, 7)[..16], Floats(0, 16)), Tiny);
        var trained = new NetworkWeights(Tiny, old.Convolutions) { Seen = 5_000_000_000, Version = old.Version };

        Assert.Equal([.. Header64(5_000_000_000), .. Floats(0, 16)], Written(Tiny, trained));
    }

    [Fact]
    public void Write_FreshWeights_HaveVersion020() =>
        Assert.Equal(Header64(0), Written(Tiny, WeightInitializer.Create(Tiny, seed: 1))[..20]);

    // A header of version 0.1 makes the file 4 bytes shorter: 50,983,565 floats' worth for yolov2, 16 + 4 * 50,983,561 bytes.
    [Theory]
    [InlineData(-4, "84 bytes expected for this network (2 convolutions, 16 floats and the header), found 80 bytes.")]
    [InlineData(4, "84 bytes expected for this network (2 convolutions, 16 floats and the header), found 88 bytes.")]
    [InlineData(-1, "84 bytes expected for this network (2 convolutions, 16 floats and the header), found 83 bytes.")]
    public void Read_WrongLength_SaysExpectedAndFound(int difference, string message)
    {
        string path = Path.Combine(_folder.FullName, "wrong.weights");
        byte[] bytes = [.. Header64(0), .. Floats(0, 17)];
        File.WriteAllBytes(path, bytes[..(84 + difference)]);

        var exception = Assert.Throws<InvalidDataException>(() => DarknetWeightsFile.Read(path, Tiny));

        Assert.Equal("wrong.weights: " + message, exception.Message);
    }

    [Fact]
    public void Read_ShortFileForAHugeNetwork_FailsBeforeAllocating()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => DarknetWeightsFile.Read(Stream(Header64(0), Floats(0, 4)), Huge));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    // The .cfg asks for a gigabyte and the stream does not say how long it is.
    [Fact]
    public void Read_ShortStreamForAHugeNetwork_AllocatesWhatCame()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => DarknetWeightsFile.Read(new ForwardStream(Stream(Header64(0), Floats(0, 20_000))), Huge));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void Read_LongStreamThatCannotSeek_KeepsEveryFloat()
    {
        var network = DarknetConfig.Parse("[net]\nwidth=1\nheight=1\nchannels=2000\n[convolutional]\nfilters=1500\nactivation=linear\n");
        byte[] file = Stream(Header64(7), Floats(0, 1500 + 2000 * 1500)).ToArray();

        var weights = DarknetWeightsFile.Read(new ForwardStream(new MemoryStream(file)), network);

        Assert.Equal(file, Written(network, weights));
    }

    [Theory]
    [InlineData(15, "an end within convolution 1")]
    [InlineData(17, "more")]
    public void Read_WrongLengthOfAStreamThatCannotSeek_IsFoundWhileReading(int floats, string found)
    {
        var exception = Assert.Throws<InvalidDataException>(() => DarknetWeightsFile.Read(new ForwardStream(Stream(Header64(0), Floats(0, floats))), Tiny));

        Assert.EndsWith($"found {found}.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_StreamThatCannotSeek_GivesTheGoldenBytesBack()
    {
        var weights = DarknetWeightsFile.Read(new ForwardStream(new MemoryStream(MiniBytes)), Mini);

        Assert.Equal(MiniBytes, Written(Mini, weights));
    }

    [Theory]
    [InlineData(0, 1000, "Not")]
    [InlineData(1001, 0, "Not")]
    [InlineData(-1, 2, "Invalid")]
    public void Read_ImpossibleOrTransposedVersion_IsRefused(int major, int minor, string kind)
    {
        var exception = Assert.ThrowsAny<SystemException>(() => DarknetWeightsFile.Read(Stream(Header(major, minor, 0, 0), Floats(0, 16)), Tiny));

        Assert.StartsWith(kind, exception.GetType().Name, StringComparison.Ordinal);
        Assert.Contains($"version {major}.{minor}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(18)]
    public void Read_EndWithinTheHeader_IsInvalid(int length) =>
        Assert.Throws<InvalidDataException>(() => DarknetWeightsFile.Read(new MemoryStream(Header64(0)[..length]), Tiny));

    // 10 floats are the first convolution, 16 both.
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(10, 1, 0)]
    [InlineData(16, 2, 77)]
    public void ReadPartial_EndBehindAConvolution_LoadsThoseBefore(int floats, int expected, long seen)
    {
        var initial = DarknetWeightsFile.Read(Stream(Header64(5), Floats(100, 16)), Tiny);

        var weights = DarknetWeightsFile.ReadPartial(Stream(Header64(77), Floats(0, floats)), Tiny, initial, out int loaded);

        Assert.Equal(expected, loaded);
        Assert.Equal(expected > 0 ? 8 : 108, weights.Convolutions[0].Kernel[0]);
        Assert.Equal(expected > 1 ? 12 : 112, weights.Convolutions[1].Kernel[0]);
        Assert.Equal(seen, weights.Seen);
    }

    [Theory]
    [InlineData(9, ".weights: convolution 0 has 40 bytes, but the file ends after 36 of them; it belongs to another network or was cut short.")]
    [InlineData(11, ".weights: convolution 1 has 24 bytes, but the file ends after 4 of them; it belongs to another network or was cut short.")]
    [InlineData(17, ".weights: the network has 2 convolutions, but 4 bytes come behind the last one.")]
    public void ReadPartial_EndElsewhere_IsRefused(int floats, string message)
    {
        var initial = WeightInitializer.Create(Tiny, seed: 1);

        var exception = Assert.Throws<InvalidDataException>(() => DarknetWeightsFile.ReadPartial(Stream(Header64(0), Floats(0, floats)), Tiny, initial, out _));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void Write_WeightsOfAnotherNetwork_LeavesTheOldFile()
    {
        string path = Path.Combine(_folder.FullName, "old.weights");
        File.WriteAllText(path, "old");

        Assert.Throws<ArgumentException>(() => DarknetWeightsFile.Write(path, Mini, WeightInitializer.Create(Tiny, seed: 1)));

        Assert.Equal("old", File.ReadAllText(path));
    }

    private static byte[] Written(NetworkDefinition network, NetworkWeights weights)
    {
        using var stream = new MemoryStream();
        DarknetWeightsFile.Write(stream, network, weights);
        return stream.ToArray();
    }

    private static MemoryStream Stream(byte[] header, byte[] floats) => new([.. header, .. floats]);

    private static byte[] Floats(int first, int count) => MemoryMarshal.AsBytes(Enumerable.Range(first, count).Select(i => (float)i).ToArray().AsSpan()).ToArray();

    private static byte[] Header64(long seen) => Header(0, 2, 0, seen);

    private static byte[] Header(int major, int minor, int revision, long seen)
    {
        byte[] bytes = new byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, major);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), minor);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), revision);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), seen);
        return bytes;
    }

    /// <summary>A stream as a zip entry is: forward only, in small pieces.</summary>
    private sealed class ForwardStream(MemoryStream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 1000));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
