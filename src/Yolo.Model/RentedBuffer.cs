using System.Buffers;

namespace Yolo.Model;

/// <summary>A span of a shared pool's array, returned to the pool by <c>using</c>. Its content starts undefined.</summary>
internal readonly ref struct RentedBuffer<T>
{
    private readonly T[] _array;

    internal RentedBuffer(int length)
    {
        _array = ArrayPool<T>.Shared.Rent(length);
        Span = _array.AsSpan(0, length);
    }

    internal Span<T> Span { get; }

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
