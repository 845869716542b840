using System.Collections;

namespace Yolo.Model.Data.Coco;

/// <summary>A list that grows without being copied: millions of boxes would take three times their memory while a list doubles.</summary>
internal sealed class ChunkedList<T> : IReadOnlyList<T>
{
    private const int ChunkLength = 1 << 10;

    private readonly List<T[]> _chunks = [];

    public int Count { get; private set; }

    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _chunks[index / ChunkLength][index % ChunkLength];
        }
    }

    public void Add(T item)
    {
        if (Count % ChunkLength == 0)
            _chunks.Add(new T[ChunkLength]);
        _chunks[^1][Count++ % ChunkLength] = item;
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return _chunks[i / ChunkLength][i % ChunkLength];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
