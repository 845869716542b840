using System.Globalization;
using System.Text.RegularExpressions;

namespace Yolo.Model.Data;

/// <summary>Divides images into sets at random: by fractions, with the classes spread evenly, and without parting images that belong
/// together.</summary>
public static class DatasetSplit
{
    /// <summary>How far the fractions may miss 1 together.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Divides images. The same seed gives the same sets, in whatever order the images come and wherever their common folder
    /// is.</summary>
    /// <param name="images">The images.</param>
    /// <param name="fractions">Name and part of each set: positive, 1 together.</param>
    /// <param name="options">Seed, classes and groups; null: the defaults.</param>
    /// <returns>The sets in the order of <paramref name="fractions"/>, each with its images in the order in which they came. Every image is
    /// in one set. The size of a set differs from its fraction by less than the largest group, by less than an image where there are no
    /// groups.</returns>
    /// <exception cref="ArgumentException">The fractions are not positive or not 1 together, or a set is named twice.</exception>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<LabelledImage>>> Split(
        IReadOnlyList<LabelledImage> images, IReadOnlyList<KeyValuePair<string, double>> fractions, DatasetSplitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(fractions);
        RequireFractions(fractions);
        options ??= new();
        var groupOf = options.GroupOf ?? (image => image.Path);
        var groups = images.Select((image, index) => (image, index))
            .GroupBy(pair => groupOf(pair.image), pair => pair.index, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.ToArray()).ToArray();
        new Random(options.Seed).Shuffle(groups);
        // Large groups first, while there is room for them; the small ones fill up the sets. Groups of a size stay in the order of chance.
        groups = [.. groups.OrderByDescending(group => group.Length)];
        var counts = options.Stratify ? CountObjects(images, groups) : [.. groups.Select(_ => new Dictionary<int, int>())];
        int[] setOf = new Stratification(groups.Select(group => group.Length), counts, [.. fractions.Select(set => set.Value)]).Run();

        var members = fractions.Select(_ => new List<int>()).ToArray();
        for (int i = 0; i < groups.Length; i++)
            members[setOf[i]].AddRange(groups[i]);
        IReadOnlyList<LabelledImage> ImagesOf(int set) => [.. members[set].Order().Select(index => images[index])];
        return [.. fractions.Select((set, i) => KeyValuePair.Create(set.Key, ImagesOf(i)))];
    }

    /// <summary>A group for each value that a pattern finds, for <see cref="DatasetSplitOptions.GroupOf"/>: its first group, or what it
    /// matches where it has none. An image without a match is a group of its own.</summary>
    /// <param name="pattern">Looks at the file name with its extension; if it contains <c>/</c>, at the whole path, with <c>/</c> between
    /// folders. <c>^(.+)_(jpg|jpeg|png)\.rf\.</c> finds the source of Roboflow's copies, <c>([^/]+)/[^/]+$</c> the folder.</param>
    public static Func<LabelledImage, string> GroupBy(Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        bool wholePath = pattern.ToString().Contains('/', StringComparison.Ordinal);
        return image =>
        {
            string path = image.Path.Replace('\\', '/');
            var match = pattern.Match(wholePath ? path : path[(path.LastIndexOf('/') + 1)..]);
            if (!match.Success)
                return path;
            // A value is told from a path by a character that no path has.
            return "\0" + (match.Groups.Count > 1 ? match.Groups[1].Value : match.Value);
        };
    }

    private static Dictionary<int, int>[] CountObjects(IReadOnlyList<LabelledImage> images, int[][] groups)
    {
        // Indices in ordinal order, so that ties do not depend on the order of the images.
        var classes = images.SelectMany(image => image.Objects).Select(item => item.ClassName).Distinct().Order(StringComparer.Ordinal)
            .Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        return [.. groups
            .Select(group => group.SelectMany(index => images[index].Objects).CountBy(item => classes[item.ClassName]).ToDictionary())];
    }

    private static void RequireFractions(IReadOnlyList<KeyValuePair<string, double>> fractions)
    {
        double sum = fractions.Sum(set => set.Value);
        if (fractions.Any(set => !(set.Value > 0)) || !(Math.Abs(sum - 1) <= Tolerance))
        {
            string found = string.Join(" + ", fractions.Select(set => set.Value.ToString(CultureInfo.InvariantCulture)));
            throw new ArgumentException($"Expected positive fractions that are 1 together, found {found}.", nameof(fractions));
        }
        if (fractions.CountBy(set => set.Key, StringComparer.OrdinalIgnoreCase).Any(count => count.Value > 1 || count.Key.Length == 0))
            throw new ArgumentException(
                $"Expected a name of its own for every set, found {string.Join(", ", fractions.Select(set => $"'{set.Key}'"))}.",
                nameof(fractions));
    }
}
