using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Yolo.Model.Processes.Mpi;

/// <summary>A thread of each process that reports to process 0 every second, and of process 0 that ends all of them when one has failed. Process
/// 1 watches over process 0.</summary>
internal sealed unsafe class MpiWatch : IDisposable
{
    private const int ReportTag = 1, FailureTag = 2, HostBytes = 64, FailureBytes = 2048;

    private static readonly UTF8Encoding s_utf8 = new();

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1), s_farewell = TimeSpan.FromSeconds(15);

    private readonly MpiLibrary _mpi;
    private readonly nint _communicator;
    private readonly Action<string> _failed;
    private readonly int _rank, _size;
    private readonly string[] _hosts;
    private readonly GroupHealth _health;
    private readonly ConcurrentDictionary<long, long> _underWay = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private long _entered, _calls;
    private int _excuses;

    public MpiWatch(MpiLibrary mpi, nint communicator, TimeSpan patience, Action<string> failed)
    {
        (_mpi, _communicator, _failed) = (mpi, communicator, failed);
        int rank = 0, size = 0;
        mpi.CommRank(communicator, &rank);
        mpi.CommSize(communicator, &size);
        (_rank, _size) = (rank, size);
        _hosts = ExchangeHosts();
        _health = new(_hosts, Watched, patience, Now);
        _thread = new(Run) { IsBackground = true, Name = nameof(MpiWatch) };
        _thread.Start();
    }

    private static TimeSpan Now => TimeSpan.FromMilliseconds(Environment.TickCount64);

    // Process 0 hears of all, process 1 of process 0, the others of nobody.
    private IEnumerable<int> Watched => _rank switch { 0 => Enumerable.Range(0, _size), 1 => [0, 1], _ => [] };

    /// <summary>Notes that a call of the group is under way until the result is disposed.</summary>
    public CallMark EnterCall()
    {
        long id = Interlocked.Increment(ref _entered);
        _underWay[id] = Stopwatch.GetTimestamp();
        return new(this, id);
    }

    /// <summary>Excuses this process until the result is disposed.</summary>
    public IDisposable Excuse() => new Excused(this);

    /// <summary>Tells process 0 why this one cannot go on, and waits to be ended.</summary>
    public void Fail(string reason)
    {
        string message = $"Process {_rank} on {_hosts[_rank]}: {reason}";
        if (_rank == 0)
        {
            End(message);
            return;
        }
        byte[] text = new byte[FailureBytes];
        s_utf8.GetEncoder().Convert(message, text, flush: true, out _, out int length, out _);
        fixed (byte* first = text)
            _mpi.Send(first, length, _mpi.Byte, 0, FailureTag, _communicator);
        // Process 0 ends everybody; if it cannot, this one does.
        _stop.Wait(s_farewell);
        End(message);
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            do
            {
                Report();
                Listen();
                if (_rank <= 1 && _health.Verdict(Now) is { } verdict)
                    End(verdict);
            }
            while (!_stop.Wait(s_interval));
        }
        catch (IOException exception)
        {
            End(exception.Message);
        }
    }

    private void Report()
    {
        long oldest = _underWay.Values.DefaultIfEmpty(0).Min();
        var report = new ProcessReport(Interlocked.Read(ref _calls), oldest == 0 ? null : Stopwatch.GetElapsedTime(oldest), Volatile.Read(ref _excuses) > 0);
        if (Watched.Contains(_rank))
            _health.Heard(_rank, report, Now);
        foreach (int listener in _rank == 0 ? new[] { 1 } : [0])
            _mpi.Send(&report, sizeof(ProcessReport), _mpi.Byte, listener, ReportTag, _communicator);
    }

    private void Listen()
    {
        byte* message = stackalloc byte[FailureBytes];
        while (true)
        {
            int there = 0;
            MpiStatus status;
            _mpi.Iprobe(MpiLibrary.Any, MpiLibrary.Any, _communicator, &there, &status);
            if (there == 0)
                return;
            new Span<byte>(message, FailureBytes).Clear();
            _mpi.Recv(message, FailureBytes, _mpi.Byte, status.Source, status.Tag, _communicator, &status);
            if (status.Tag == FailureTag)
                End(s_utf8.GetString(message, FailureBytes).TrimEnd('\0'));
            else
                _health.Heard(status.Source, *(ProcessReport*)message, Now);
        }
    }

    private void End(string message)
    {
        lock (_failed)
        {
            _failed(message);
            _ = _mpi.Abort(_mpi.World, 1);
        }
    }

    private string[] ExchangeHosts()
    {
        byte[] names = new byte[_size * HostBytes];
        s_utf8.GetEncoder().Convert(Environment.MachineName, names.AsSpan(_rank * HostBytes, HostBytes), flush: true, out _, out _, out _);
        for (int rank = 0; rank < _size; rank++)
        {
            fixed (byte* first = &names[rank * HostBytes])
                _mpi.Bcast(first, HostBytes, _mpi.Byte, rank, _communicator);
        }
        return [.. names.Chunk(HostBytes).Select(name => s_utf8.GetString(name).TrimEnd('\0'))];
    }

    private sealed class Excused : IDisposable
    {
        private MpiWatch? _watch;

        public Excused(MpiWatch watch)
        {
            _watch = watch;
            Interlocked.Increment(ref watch._excuses);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _watch, null) is { } watch)
                Interlocked.Decrement(ref watch._excuses);
        }
    }

    /// <summary>A call under way.</summary>
    internal readonly struct CallMark(MpiWatch watch, long id) : IDisposable
    {
        public void Dispose()
        {
            watch._underWay.TryRemove(id, out _);
            Interlocked.Increment(ref watch._calls);
        }
    }
}
