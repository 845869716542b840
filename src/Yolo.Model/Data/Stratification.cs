namespace Yolo.Model.Data;

/// <summary>Iterative stratification (Sechidis, Tsoumakas and Vlahavas, On the Stratification of Multi-label Data, 2011, algorithm 1) of
/// groups: the rarest class left is dealt out first, each group to the set that lacks most of it.</summary>
/// <remarks>Two rules are added. A set takes what still fits in it; only if a group fits nowhere it goes to the set with most room, so that
/// no set misses its size by a group. And the last groups of a class go to sets that have nothing of it, so that every set has something of
/// a class of few images.</remarks>
internal sealed class Stratification
{
    private readonly int[] _sizes;
    private readonly Dictionary<int, int>[] _counts;
    private readonly int[] _room;
    private readonly Dictionary<int, double[]> _wanted = [];
    private readonly Dictionary<int, bool[]> _present = [];
    private readonly int[] _setOf;

    /// <summary>Groups in the order of chance.</summary>
    /// <param name="sizes">Images of each group.</param>
    /// <param name="counts">Objects of each group by class.</param>
    /// <param name="fractions">Part of each set, 1 together.</param>
    public Stratification(IEnumerable<int> sizes, Dictionary<int, int>[] counts, double[] fractions)
    {
        (_sizes, _counts) = ([.. sizes], counts);
        _room = Apportion(_sizes.Sum(), fractions);
        _setOf = [.. _sizes.Select(_ => -1)];
        foreach (var (label, objects) in counts.SelectMany(group => group).GroupBy(count => count.Key, count => (long)count.Value)
            .Select(label => (label.Key, label.Sum())))
        {
            _wanted[label] = [.. fractions.Select(fraction => fraction * objects)];
            _present[label] = new bool[fractions.Length];
        }
    }

    /// <summary>The set of each group.</summary>
    public int[] Run()
    {
        var groupsOf = _wanted.Keys.ToDictionary(label => label, _ => new List<int>());
        for (int i = 0; i < _counts.Length; i++)
        {
            foreach (int label in _counts[i].Keys)
                groupsOf[label].Add(i);
        }
        var left = groupsOf.ToDictionary(label => label.Key, label => label.Value.Count);
        while (left.Count > 0)
        {
            int label = left.MinBy(count => (count.Value, count.Key)).Key;
            foreach (int group in groupsOf[label].Where(group => _setOf[group] < 0))
            {
                Assign(group, Choose(group, label, left[label]));
                foreach (int other in _counts[group].Keys)
                    left[other]--;
            }
            left.Remove(label);
        }
        for (int i = 0; i < _setOf.Length; i++)
        {
            if (_setOf[i] < 0)
                Assign(i, Best(i, _ => true, _ => 0));
        }
        return _setOf;
    }

    /// <summary>Whole numbers of images by the largest remainders.</summary>
    private static int[] Apportion(int images, double[] fractions)
    {
        int[] sizes = [.. fractions.Select(fraction => (int)(fraction * images))];
        var order = Enumerable.Range(0, fractions.Length).OrderByDescending(i => Math.Round(fractions[i] * images - sizes[i], 9))
            .ThenBy(i => i);
        foreach (int i in order.Take(images - sizes.Sum()))
            sizes[i]++;
        return sizes;
    }

    private int Choose(int group, int label, int left)
    {
        bool[] present = _present[label];
        bool last = left <= present.Count(there => !there);
        return Best(group, set => !last || !present[set], set => _wanted[label][set]);
    }

    /// <summary>Of the sets that a group fits in, the preferred one that lacks most, then the one with most room.</summary>
    private int Best(int group, Func<int, bool> prefers, Func<int, double> lack)
    {
        int size = _sizes[group];
        var sets = Enumerable.Range(0, _room.Length);
        return sets.Any(set => _room[set] >= size)
            ? sets.Where(set => _room[set] >= size).MaxBy(set => (prefers(set), lack(set), _room[set], -set))
            : sets.MaxBy(set => (_room[set], -set));
    }

    private void Assign(int group, int set)
    {
        _setOf[group] = set;
        _room[set] -= _sizes[group];
        foreach (var (label, count) in _counts[group])
        {
            _wanted[label][set] -= count;
            _present[label][set] = true;
        }
    }
}
