using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Processes;
using Yolo.Model.Torch;
using Yolo.Model.Training.Checkpoints;
using Yolo.Model.Training.Images;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>What the processes of a distributed run have to agree on. All of them make the same calls in the same order; with one process
/// nothing is exchanged.</summary>
internal sealed class TrainingGroup(IProcessGroup? group)
{
    /// <summary>The processes; null: this one trains alone.</summary>
    public IProcessGroup? Processes { get; } = group is { Size: > 1 } ? group : null;

    /// <summary>Whether this process writes and reports.</summary>
    public bool IsLeader => Processes is null or { Rank: 0 };

    /// <summary>The images of a step that this process has.</summary>
    public BatchShard Shard => Processes is null ? BatchShard.Whole : new(Processes.Rank, Processes.Size);

    /// <summary>A number of process 0.</summary>
    public int OfLeader(Func<int> compute)
    {
        if (Processes is null)
            return compute();
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        if (IsLeader)
            BitConverter.TryWriteBytes(bytes, compute());
        Processes.Broadcast(bytes, 0);
        return BitConverter.ToInt32(bytes);
    }

    /// <summary>A text of process 0; null where that has none.</summary>
    public string? OfLeader(string? text)
    {
        if (Processes is null)
            return text;
        byte[] bytes = IsLeader && text is not null ? System.Text.Encoding.UTF8.GetBytes(text) : [];
        int length = OfLeader(() => text is null ? -1 : bytes.Length);
        if (length < 0)
            return null;
        if (!IsLeader)
            bytes = new byte[length];
        Processes.Broadcast(bytes, 0);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Sums over the processes.</summary>
    public void Sum(Span<double> values) => Processes?.Sum(values);

    /// <inheritdoc cref="Sum(Span{double})"/>
    public void Sum(Span<float> values) => Processes?.Sum(values);

    /// <summary>The sum of a count over the processes.</summary>
    public long Sum(int count)
    {
        Span<double> total = [count];
        Sum(total);
        return (long)total[0];
    }

    /// <summary>Refuses processes whose run is another one than that of process 0.</summary>
    /// <exception cref="InvalidOperationException">It is; the message says in what.</exception>
    public void RequireSame(RunFingerprint run)
    {
        if (Processes is null)
            return;
        var leaders = RunFingerprint.FromText(OfLeader(IsLeader ? run.ToText() : null)!);
        if (run.DifferenceIn(leaders) is { } difference)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Process {Processes.Rank} has another run than process 0, which differs in {difference}. All need the same options and the same data."));
        }
    }

    /// <summary>Gives all processes the tensors of process 0.</summary>
    public void Share(TrainingState state)
    {
        if (Processes is null)
            return;
        using var noGradient = no_grad();
        foreach (var (_, value) in state.Tensors)
        {
            using var scope = NewDisposeScope();
            var host = value.detach().cpu().contiguous();
            Processes.Broadcast(host.bytes, 0);
            if (!IsLeader)
                value.copy_(host);
        }
    }

    /// <summary>Agrees before a step on how long the run has taken, and on whether it was cancelled in one of the processes.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public void BeginStep(TrainingState state, CancellationToken cancellation)
    {
        if (Processes is null)
        {
            cancellation.ThrowIfCancellationRequested();
            return;
        }
        Span<double> values = [cancellation.IsCancellationRequested ? 1 : 0, IsLeader ? state.History.Measured.TotalSeconds : 0];
        Processes.Sum(values);
        state.History.Agree(TimeSpan.FromSeconds(values[1]));
        if (values[0] > 0)
            throw new OperationCanceledException("The training was cancelled.", cancellation);
    }

    /// <summary>Puts the means over the processes in the place of what each has measured of its own images.</summary>
    public void Average(Tensor values)
    {
        if (Processes is null)
            return;
        using var noGradient = no_grad();
        using Scalar share = 1.0 / Processes.Size;
        GroupSum.InPlace(values, Processes);
        values.mul_(share);
    }

    /// <summary>Notes images that other processes could not read.</summary>
    public void Share(SkippedImages? skipped)
    {
        if (Processes is null || skipped is null)
            return;
        float[] found = new float[skipped.Images];
        foreach (int index in skipped.Indices)
            found[index] = 1;
        Processes.Sum(found.AsSpan());
        skipped.Restore(Enumerable.Range(0, found.Length).Where(index => found[index] > 0), "found by another process");
    }

    /// <summary>The lists of all processes, one after the other.</summary>
    public List<T> Gather<T>(IReadOnlyList<T> own)
        where T : unmanaged
    {
        if (Processes is null)
            return [.. own];
        Span<double> counts = new double[Processes.Size];
        counts[Processes.Rank] = own.Count;
        Processes.Sum(counts);
        var all = new List<T>();
        for (int rank = 0; rank < Processes.Size; rank++)
        {
            T[] items = rank == Processes.Rank ? [.. own] : new T[(int)counts[rank]];
            Processes.Broadcast(MemoryMarshal.AsBytes(items.AsSpan()), rank);
            all.AddRange(items);
        }
        return all;
    }
}
