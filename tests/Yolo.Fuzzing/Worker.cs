using System.Diagnostics;

namespace Yolo.Fuzzing;

/// <summary>Fuzzes a target in this process, whose assemblies are instrumented: changes inputs that are there and keeps those that take a way nobody took.</summary>
internal sealed class Worker : IDisposable
{
    /// <summary>Managed memory that an input may cost, 64 MiB: none of them is longer than 16 KiB.</summary>
    private const long MaximumBytes = 1 << 26;

    /// <summary>What the corpus of a target may take in the repository.</summary>
    private const int CorpusBytes = 10_000;

    private static readonly TimeSpan s_maximumTime = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly WorkFolder _folder;
    // First: whatever is instrumented writes to it.
    private readonly Coverage _coverage = new();
    private readonly FuzzTargets _targets = new();
    private readonly Watch _watch;
    private readonly Figures _figures;
    private readonly double _before;
    private readonly List<byte[]> _inputs = [];
    private readonly Dictionary<int, byte[]> _shortest = [];
    private readonly List<int> _taken = [];

    public Worker(string name, WorkFolder folder)
    {
        (_name, _folder) = (name, folder);
        _watch = new(folder.Watch);
        _figures = Figures.Load(folder.Figures);
        _before = _figures.CpuSeconds;
    }

    private static double CpuSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Works for so many seconds of processor time.</summary>
    public void Run(double seconds)
    {
        byte[][] known = [[], .. _folder.Inputs()];
        // Twice: the first time types are initialised on the way.
        foreach (byte[] input in known.Concat(known))
            Execute(input, keep: false);
        if (_inputs.Count == 0)
            _inputs.AddRange(known);
        int seed = (int)_figures.Executions;
        var random = new Random(seed);
        var mutator = new Mutator(seed, known);
        double saved = 0;
        while (CpuSeconds < seconds)
        {
            for (int i = 0; i < 50; i++)
            {
                int[] edges = [.. _shortest.Keys];
                byte[] input = random.Next(4) == 0 || edges.Length == 0 ? _inputs[random.Next(_inputs.Count)] : _shortest[edges[random.Next(edges.Length)]];
                for (int j = 0; j < 20; j++)
                    Execute(mutator.Mutate(input, _inputs[random.Next(_inputs.Count)]), keep: true);
            }
            if (CpuSeconds > saved + 5)
                Save(saved = CpuSeconds);
        }
        Save(CpuSeconds);
    }

    /// <summary>Makes the corpus of the repository anew: to those that have a name, the shortest of all inputs that take every other edge, within a number of bytes.</summary>
    public void KeepCorpus()
    {
        var kept = new List<byte[]>();
        byte[][] named = _folder.Named();
        foreach (byte[] input in named)
            Execute(input, keep: false);
        int bytes = CorpusBytes - named.Sum(input => input.Length);
        foreach (byte[] input in _folder.Inputs().OrderBy(input => input.Length))
        {
            int edges = _coverage.Edges;
            Execute(input, keep: false);
            if (_coverage.Edges == edges || input.Length > bytes)
                continue;
            bytes -= input.Length;
            kept.Add(input);
        }
        _folder.ReplaceCorpus(kept);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _targets.Dispose();
    }

    private void Save(double cpuSeconds)
    {
        (_figures.CpuSeconds, _figures.Edges, _figures.Inputs) = (_before + cpuSeconds, _coverage.Edges, _inputs.Count);
        _figures.Save(_folder.Figures);
    }

    private void Execute(byte[] input, bool keep)
    {
        _watch.Begin(input);
        _figures.Executions++;
        long allocated = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
        _coverage.Start();
        var problem = _targets.Try(_name, input);
        bool isNew = _coverage.Add(_taken);
        var elapsed = Stopwatch.GetElapsedTime(started);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var slow = elapsed > s_maximumTime ? Slow(input) : null;
        if (problem is not null)
            _folder.Report(Site(problem), input, problem.ToString());
        else if (allocated > MaximumBytes)
            _folder.Report("memory", input, $"{allocated:N0} bytes were allocated.");
        else if (slow is not null)
            _folder.Report("time", input, $"{slow} of processor time were taken.");
        // What is slow once would be slow in every run.
        if (isNew && slow is null)
            Keep(input, keep);
    }

    private void Keep(byte[] input, bool save)
    {
        _inputs.Add(input);
        foreach (int edge in _taken)
        {
            if (!_shortest.TryGetValue(edge, out byte[]? known) || input.Length < known.Length)
                _shortest[edge] = input;
        }
        if (save)
            _folder.Keep(input);
    }

    /// <summary>The processor may have been busy with others: the time counts that the input takes by itself.</summary>
    private TimeSpan? Slow(byte[] input)
    {
        var before = Environment.CpuUsage.TotalTime;
        _targets.Try(_name, input);
        var time = Environment.CpuUsage.TotalTime - before;
        return time > s_maximumTime ? time : null;
    }

    /// <summary>Problems from one place count once.</summary>
    private static string Site(Exception problem)
    {
        var cause = problem.GetBaseException();
        string frame = cause.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains(" Yolo.Model.", StringComparison.Ordinal) || line.Contains(" Yolo.MLNet.", StringComparison.Ordinal)) ?? "";
        return cause.GetType().Name + " " + (cause is InvalidOperationException ? cause.Message : "") + frame.Trim();
    }
}
