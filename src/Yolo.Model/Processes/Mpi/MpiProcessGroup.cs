using System.Globalization;

namespace Yolo.Model.Processes.Mpi;

/// <summary>The processes that Open MPI's <c>mpirun</c> has started. Needs Open MPI 4 or 5, which nothing else of this library touches.</summary>
/// <remarks>Each process watches over the others. If one stops, is cut off, or keeps the others waiting for too
/// long, or calls <see cref="Fail"/>, all of them end, and one message names it.</remarks>
public sealed unsafe class MpiProcessGroup : IProcessGroup
{
    // MPI counts in int.
    private const int LongestCall = 1 << 28;

    private static int s_started;

    private readonly MpiLibrary _mpi;
    private readonly MpiWatch? _watch;
    private readonly bool _isWorld;
    private readonly nint _bfloat16Sum;
    private nint _communicator;

    private MpiProcessGroup(MpiLibrary mpi, nint communicator, nint bfloat16Sum, MpiWatch? watch, bool isWorld)
    {
        (_mpi, _communicator, _bfloat16Sum, _watch, _isWorld) = (mpi, communicator, bfloat16Sum, watch, isWorld);
        int rank = 0, size = 0;
        mpi.CommRank(communicator, &rank);
        mpi.CommSize(communicator, &size);
        (Rank, Size) = (rank, size);
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>Number of this process among those of its machine; null if mpirun has not said it.</summary>
    public static int? LocalRank => int.TryParse(
        Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_LOCAL_RANK"), NumberStyles.None, CultureInfo.InvariantCulture, out int rank) ? rank : null;

    /// <summary>How long a process may be silent, or keep the others waiting, unless <see cref="Start"/> is told otherwise: 45 seconds.</summary>
    public static TimeSpan DefaultPatience { get; } = TimeSpan.FromSeconds(45);

    /// <summary>Joins the processes that were started together. A program that was not started by <c>mpirun</c> is a group of its own.</summary>
    /// <param name="failed">Told why the group ends, on one process and in one message, before all processes end. Called on another
    /// thread.</param>
    /// <param name="patience">How long a process may be silent, or keep the others waiting; null: <see cref="DefaultPatience"/>.</param>
    /// <exception cref="DllNotFoundException">Open MPI is not there.</exception>
    /// <exception cref="NotSupportedException">Another implementation of MPI is there, or one without support for threads.</exception>
    /// <exception cref="InvalidOperationException">The process has joined already: MPI starts once in a process.</exception>
    public static MpiProcessGroup Start(Action<string> failed, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(failed);
        var mpi = MpiLibrary.Loaded;
        if (Interlocked.Exchange(ref s_started, 1) == 1)
            throw new InvalidOperationException("MPI has been started in this process already; it starts once.");
        int provided = 0;
        Check(mpi.InitThread(null, null, MpiLibrary.ThreadMultiple, &provided), "MPI_Init_thread");
        if (provided < MpiLibrary.ThreadMultiple)
            throw new NotSupportedException($"{mpi.Version} was built without MPI_THREAD_MULTIPLE, which is needed.");
        nint communicator = Duplicate(mpi, mpi.World), sum = 0;
        Check(mpi.OpCreate(MpiSum.OfBFloat16, 1, &sum), "MPI_Op_create");
        int size = 0;
        mpi.CommSize(communicator, &size);
        var watch = size > 1 ? new MpiWatch(mpi, Duplicate(mpi, mpi.World), patience ?? DefaultPatience, failed) : null;
        return new(mpi, communicator, sum, watch, isWorld: true);
    }

    /// <inheritdoc/>
    public void Sum(Span<float> values) => Reduce(values, _mpi.Float, _mpi.SumOperation);

    /// <inheritdoc/>
    public void Sum(Span<double> values) => Reduce(values, _mpi.Double, _mpi.SumOperation);

    /// <inheritdoc/>
    public void SumBFloat16(Span<ushort> values) => Reduce(values, _mpi.UInt16, _bfloat16Sum);

    /// <inheritdoc/>
    public void Broadcast(Span<byte> values, int root)
    {
        ObjectDisposedException.ThrowIf(_communicator == 0, this);
        using var call = _watch?.EnterCall();
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, LongestCall)..])
        {
            fixed (byte* first = values)
                Check(_mpi.Bcast(first, Math.Min(values.Length, LongestCall), _mpi.Byte, root, _communicator), "MPI_Bcast");
        }
    }

    /// <inheritdoc/>
    public void Barrier()
    {
        ObjectDisposedException.ThrowIf(_communicator == 0, this);
        using var call = _watch?.EnterCall();
        Check(_mpi.Barrier(_communicator), "MPI_Barrier");
    }

    /// <inheritdoc/>
    public IDisposable? WorkAlone() => _watch?.Excuse();

    /// <inheritdoc/>
    public IProcessGroup Duplicate()
    {
        ObjectDisposedException.ThrowIf(_communicator == 0, this);
        return new MpiProcessGroup(_mpi, Duplicate(_mpi, _communicator), _bfloat16Sum, _watch, isWorld: false);
    }

    /// <summary>Ends all processes because this one cannot go on. Does not return.</summary>
    /// <param name="reason">Why, for the message.</param>
    public void Fail(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        _watch?.Fail(reason);
        _ = _mpi.Abort(_mpi.World, 1);
    }

    /// <summary>Waits for the other processes and leaves the group. The first group of a process ends MPI, too.</summary>
    public void Dispose()
    {
        nint communicator = Interlocked.Exchange(ref _communicator, 0);
        if (communicator == 0)
            return;
        if (_isWorld)
        {
            _mpi.Barrier(communicator);
            _watch?.Dispose();
        }
        _ = _mpi.CommFree(&communicator);
        if (_isWorld)
            _mpi.Finalize();
    }

    private static nint Duplicate(MpiLibrary mpi, nint communicator)
    {
        nint copy = 0;
        Check(mpi.CommDup(communicator, &copy), "MPI_Comm_dup");
        return copy;
    }

    private void Reduce<T>(Span<T> values, nint type, nint operation)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_communicator == 0, this);
        using var call = _watch?.EnterCall();
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, LongestCall)..])
        {
            fixed (T* first = values)
                Check(_mpi.Allreduce(MpiLibrary.InPlace, first, Math.Min(values.Length, LongestCall), type, operation, _communicator), "MPI_Allreduce");
        }
    }

    private static void Check(int code, string function)
    {
        if (code != 0)
            throw new IOException($"{function} failed with code {code}.");
    }
}
