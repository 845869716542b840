using System.Globalization;

namespace Yolo.Model.Files;

/// <summary>Reads another stream up to a bound, so that a file takes no more memory than it may, whatever it says of its length: devices and pipes say nothing.</summary>
/// <param name="source">The stream; left open.</param>
/// <param name="most">Most bytes that it may hold.</param>
/// <param name="name">What errors call it.</param>
internal sealed class BoundedStream(Stream source, long most, string name) : Stream
{
    private long _read;

    public override bool CanRead => source.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">There are more bytes than allowed.</exception>
    public override int Read(Span<byte> buffer)
    {
        int count = source.Read(buffer);
        _read += count;
        return _read <= most ? count : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{name}: expected at most {most:N0} bytes, found more."));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
