using System.Buffers;

namespace Yolo.Model.Encoding;

/// <summary>Scratch memory from the shared pool, given back by <c>using</c>. Its contents are whatever was there before.</summary>
internal readonly ref struct RentedSpan<T> where T : unmanaged
{
    private readonly T[] _array;

    public RentedSpan(int length)
    {
        _array = ArrayPool<T>.Shared.Rent(length);
        Span = _array.AsSpan(0, length);
    }

    public Span<T> Span { get; }

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
