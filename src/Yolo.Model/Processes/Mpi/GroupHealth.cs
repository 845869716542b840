using System.Globalization;

namespace Yolo.Model.Processes.Mpi;

/// <summary>What a process tells of itself every second.</summary>
/// <param name="Calls">Calls of the group that it has finished.</param>
/// <param name="Waiting">How long the oldest call under way has waited; null if none is under way.</param>
/// <param name="IsExcused">Whether it has said that the others may have to wait for it.</param>
internal readonly record struct ProcessReport(long Calls, TimeSpan? Waiting, bool IsExcused);

/// <summary>Decides from what processes report whether one of them has stopped, or keeps the others waiting.</summary>
/// <param name="hosts">The machine of each process.</param>
/// <param name="watched">The processes that report here.</param>
/// <param name="patience">How long a process may be silent, or keep others waiting.</param>
/// <param name="start">The time now, by any clock.</param>
internal sealed class GroupHealth(IReadOnlyList<string> hosts, IEnumerable<int> watched, TimeSpan patience, TimeSpan start)
{
    private readonly SortedDictionary<int, (TimeSpan Heard, ProcessReport Report)> _processes = new(watched.ToDictionary(rank => rank, _ => (start, default(ProcessReport))));

    /// <summary>Takes in what a process has reported.</summary>
    public void Heard(int rank, ProcessReport report, TimeSpan now) => _processes[rank] = (now, report);

    /// <summary>What is wrong, in words; null if nothing is.</summary>
    public string? Verdict(TimeSpan now)
    {
        foreach (var (rank, process) in _processes)
        {
            if (now - process.Heard >= patience)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Process {rank} on {hosts[rank]} has not been heard of for {patience.TotalSeconds:F0} s: it was stopped, or the network is cut.");
            }
        }
        if (!_processes.Values.Any(process => process.Report.Waiting >= patience))
            return null;
        // The one that is not in a call itself.
        foreach (var (rank, process) in _processes)
        {
            if (process.Report is { Waiting: null, IsExcused: false })
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"Process {rank} on {hosts[rank]} has kept the others waiting for {patience.TotalSeconds:F0} s.");
            }
        }
        return null;
    }
}
