namespace Yolo.Model.Processes;

/// <summary>Processes that compute together. All of them make the same calls in the same order; a call returns when every process has made
/// it. A group belongs to one thread at a time: another thread takes a <see cref="Duplicate"/>.</summary>
public interface IProcessGroup : IDisposable
{
    /// <summary>Number of this process, 0 to <see cref="Size"/> - 1. Process 0 alone writes files and shows progress.</summary>
    int Rank { get; }

    /// <summary>Number of processes, at least 1.</summary>
    int Size { get; }

    /// <summary>Adds the values of all processes. Each gets the sums in the place of its values, and all get the same bits.</summary>
    void Sum(Span<float> values);

    /// <inheritdoc cref="Sum(Span{float})"/>
    void Sum(Span<double> values);

    /// <summary>Adds numbers of type bfloat16, the upper halves of 32-bit floats. Each sum of two is rounded to the nearest one.</summary>
    void SumBFloat16(Span<ushort> values);

    /// <summary>Copies the values of one process to all others.</summary>
    /// <param name="values">The values, of the same length everywhere.</param>
    /// <param name="root">The process that has them.</param>
    void Broadcast(Span<byte> values, int root);

    /// <summary>Waits for all processes.</summary>
    void Barrier();

    /// <summary>Says that this process does something alone for which the others may have to wait long, such as reading its data or writing a
    /// file, until the result is disposed.</summary>
    IDisposable? WorkAlone() => null;

    /// <summary>The same processes for another thread, whose calls do not mix with those of this group. All processes make this call. The
    /// caller disposes the group.</summary>
    IProcessGroup Duplicate();
}
