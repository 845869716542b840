namespace Yolo.Model.Data.Check;

/// <summary>Holds the sets of a data set against each other.</summary>
internal static class SetOverlapCheck
{
    /// <summary>Sets that must have no image in common; <c>trainval</c> holds <c>train</c> and <c>val</c> by design.</summary>
    private static readonly (string Trained, string Tested)[] s_apart =
    [
        ("train", "val"), ("train", "valid"), ("train", "test"), ("trainval", "test"), ("val", "test"), ("valid", "test"),
    ];

    /// <summary>Says which images are trained on and tested with, and which classes are tested and not trained.</summary>
    /// <param name="place">The data set.</param>
    /// <param name="images">The images and the sets that they are in.</param>
    /// <param name="sets">Names of the sets.</param>
    /// <param name="log">Told what is found.</param>
    public static void Run(string place, IReadOnlyList<(DatasetEntry Entry, LabelledImage Image)> images, IReadOnlyList<string> sets, FlawLog log)
    {
        foreach (var (trained, tested) in s_apart)
        {
            if (!sets.Contains(trained) || !sets.Contains(tested))
                continue;
            foreach (string key in images.Where(pair => pair.Entry.Sets.Contains(trained) && pair.Entry.Sets.Contains(tested)).Select(pair => pair.Entry.Key).Order(StringComparer.Ordinal))
                log.Warn(FlawKind.Suspicious, $"{place}: the image '{key}' is in '{trained}' and in '{tested}'; what is measured on it says nothing.");
            foreach (string name in ClassesOf(tested).Except(ClassesOf(trained)).Order(StringComparer.Ordinal))
                log.Warn(FlawKind.Suspicious, $"{place}: the class '{name}' is in '{tested}' but not in '{trained}'.");
        }

        HashSet<string> ClassesOf(string set) => [.. images.Where(pair => pair.Entry.Sets.Contains(set)).SelectMany(pair => pair.Image.Objects).Select(item => item.ClassName)];
    }
}
