namespace Yolo;

/// <summary>A stream as a network gives it: it cannot seek, does not know its length and hands out a few bytes at a time. Linked into every test project.</summary>
internal sealed class TrickleStream(byte[] content) : Stream
{
    private const int MostBytes = 7;

    private readonly MemoryStream _content = new(content, writable: false);
    private bool _closed;

    public override bool CanRead => !_closed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => _content.Read(buffer[..Math.Min(MostBytes, buffer.Length)]);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        _closed = true;
        base.Dispose(disposing);
    }
}
