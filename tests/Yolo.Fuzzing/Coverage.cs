using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Yolo.Fuzzing;

/// <summary>Which edges of the instrumented assemblies an execution took, and how often, in AFL's eight classes.</summary>
internal sealed unsafe class Coverage
{
    private const int MapSize = 1 << 16;

    // 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more: a bit each.
    private static readonly byte[] s_classes = [.. Enumerable.Range(0, 256).Select(count => (byte)(count switch { 0 => 0, < 4 => 1 << count - 1, < 8 => 8, < 16 => 16, < 32 => 32, < 128 => 64, _ => 128 }))];

    // Never given back: instrumented code may run to the end of the process.
    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(MapSize);
    private readonly byte[] _seen = new byte[MapSize];

    /// <summary>Takes the traces of this process.</summary>
    public Coverage() => Trace.SharedMem = _map;

    /// <summary>Edges seen so far.</summary>
    public int Edges { get; private set; }

    private Span<byte> Map => new(_map, MapSize);

    /// <summary>Forgets the last execution.</summary>
    public void Start()
    {
        Map.Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Adds what the last execution took.</summary>
    /// <param name="taken">Receives every edge that it took.</param>
    /// <returns>Whether there was an edge, or a class of counts of one, that no execution had before.</returns>
    public bool Add(List<int> taken)
    {
        taken.Clear();
        bool isNew = false;
        var map = Map;
        int from = 0;
        while (map[from..].IndexOfAnyExcept((byte)0) is >= 0 and var distance)
        {
            int edge = from + distance;
            byte mask = s_classes[map[edge]];
            taken.Add(edge);
            if ((mask & ~_seen[edge]) != 0)
            {
                isNew = true;
                Edges += _seen[edge] == 0 ? 1 : 0;
                _seen[edge] |= mask;
            }
            from = edge + 1;
        }
        return isNew;
    }
}
