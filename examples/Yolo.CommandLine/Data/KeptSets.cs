using Yolo.CommandLine.Output;
using Yolo.Model.Data;

namespace Yolo.CommandLine.Data;

/// <summary>The sets of a data set as they are, for one that is written.</summary>
internal static class KeptSets
{
    /// <summary>What a data set without sets becomes.</summary>
    private const string OnlySet = "train";

    /// <summary>Reads sets.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="asked">The sets that were asked for; none: all, without VOC's lists of one class.</param>
    /// <param name="disjoint">Whether a set that others make up, such as VOC's trainval, is left out.</param>
    /// <param name="terminal">Told of what is left out.</param>
    /// <param name="warn">Receives warnings of the loader.</param>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<LabelledImage>>> Read(
        LabelledDataset data, IReadOnlyList<string> asked, bool disjoint, Terminal terminal, Action<string> warn)
    {
        if (asked.Count == 0 && data.Sets.Count == 0)
            return [KeyValuePair.Create(OnlySet, data.Load(null, warn))];
        string[] names = asked.Count > 0 ? [.. asked.Distinct()]
            : [.. data.Sets.Where(set => !data.Sets.Any(other => set.EndsWith("_" + other, StringComparison.Ordinal)))];
        var sets = names.Select(set => KeyValuePair.Create(set, data.Load(set, warn))).ToList();
        if (asked.Count == 0 && disjoint)
            LeaveOutUnions(sets, terminal);
        int several = sets.SelectMany(set => set.Value).CountBy(image => image.Path).Count(count => count.Value > 1);
        if (several > 0 && disjoint)
        {
            string together = string.Join(", ", sets.Select(set => set.Key));
            warn(FormattableString.Invariant($"{several:N0} images are in several of the sets {together}, and are written to each."));
        }
        if (asked.Count == 0 && data.Format == DatasetFormat.Voc)
            LookForOthers(data, sets, warn);
        return sets;
    }

    /// <summary>The images of sets, each once; of all where none is asked for.</summary>
    public static IReadOnlyList<LabelledImage> ReadTogether(LabelledDataset data, IReadOnlyList<string> asked, Action<string> warn) =>
        asked.Count == 0 ? data.Load(null, warn)
            : [.. asked.Distinct().SelectMany(set => data.Load(set, warn)).DistinctBy(image => image.Path)];

    private static void LeaveOutUnions(List<KeyValuePair<string, IReadOnlyList<LabelledImage>>> sets, Terminal terminal)
    {
        foreach (var set in sets.OrderByDescending(set => set.Value.Count).ToList())
        {
            var own = set.Value.Select(image => image.Path).ToHashSet();
            var others = sets.Where(other => other.Key != set.Key && other.Value.Any(image => own.Contains(image.Path))).ToList();
            var covered = others.SelectMany(other => other.Value).Select(image => image.Path).ToHashSet();
            if (set.Value.Count == 0 || !set.Value.All(image => covered.Contains(image.Path)))
                continue;
            sets.Remove(set);
            terminal.Line($"{set.Key} is left out: its images are in {string.Join(" and ", others.Select(other => other.Key))}.");
        }
    }

    private static void LookForOthers(
        LabelledDataset data, List<KeyValuePair<string, IReadOnlyList<LabelledImage>>> sets, Action<string> warn)
    {
        var listed = sets.SelectMany(set => set.Value).Select(image => image.Path).ToHashSet();
        int others = data.Load(null).Count(image => !listed.Contains(image.Path));
        if (others > 0)
        {
            warn(FormattableString.Invariant($"{data.Path}: {others:N0} images are in none of the sets ")
                + $"{string.Join(", ", sets.Select(set => set.Key))} and are left out; --split takes all images.");
        }
    }
}
