using Xunit;
using Yolo.Model.Files;

namespace Yolo.Model.Tests.Files;

public sealed class TextFileTests
{
    [Fact]
    public void Read_EndlessStream_IsRefusedAtItsBound()
    {
        var error = Assert.Throws<InvalidDataException>(() => TextFile.Read(new EndlessStream(), "endless.cfg", most: 100_000));

        Assert.Equal("endless.cfg: expected at most 100,000 bytes, found more.", error.Message);
    }

    [Fact]
    public void Read_AsLongAsAllowed_GivesAllAndLeavesTheStreamOpen()
    {
        using var stream = new MemoryStream("\uFEFFcat\n"u8.ToArray());

        Assert.Equal("cat\n", TextFile.Read(stream, "names", most: 7));
        Assert.Equal(7, stream.Position);
    }

    [Fact]
    public void ReadLines_OneMegabyteWithoutALineEnd_IsALine()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Combine("list.txt"), new string('x', 1 << 20) + "\r\nlast");

        string[] lines = [.. TextFile.ReadLines(folder.Combine("list.txt"))];

        Assert.Equal([1 << 20, 4], lines.Select(line => line.Length));
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'a');
            return buffer.Length;
        }
    }
}
