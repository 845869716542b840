namespace Yolo.Model.Data.Check;

/// <summary>Holds the sets of a data set against each other.</summary>
internal static class SetCheck
{
    /// <summary>Sets that must have no image in common; <c>trainval</c> holds <c>train</c> and <c>val</c> by design.</summary>
    private static readonly (string Trained, string Tested)[] s_apart =
    [
        ("train", "val"), ("train", "valid"), ("train", "test"), ("trainval", "test"), ("val", "test"), ("valid", "test"),
    ];

    /// <summary>Says which images are trained on and tested with, and which classes are tested and not trained. Returns what the images of each set are known by.</summary>
    public static IReadOnlyDictionary<string, HashSet<string>> Run(LabelledDataset dataset, IReadOnlyList<LabelledImage> images, FlawSink flaws)
    {
        var members = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (string set in dataset.Sets)
        {
            try
            {
                members[set] = [.. dataset.Members(set, flaws)];
            }
            catch (Exception exception) when (flaws.Takes(exception))
            {
            }
        }
        foreach (var (trained, tested) in s_apart)
        {
            if (members.TryGetValue(trained, out var one) && members.TryGetValue(tested, out var other))
                Compare(dataset, images, (trained, one), (tested, other), flaws);
        }
        return members;
    }

    private static void Compare(LabelledDataset dataset, IReadOnlyList<LabelledImage> images, (string Name, HashSet<string> Keys) trained, (string Name, HashSet<string> Keys) tested, FlawSink flaws)
    {
        foreach (string key in trained.Keys.Intersect(tested.Keys).Order(StringComparer.Ordinal))
            flaws.Warn($"{dataset.Path}: the image '{key}' is in '{trained.Name}' and in '{tested.Name}'; what is measured on it says nothing.");
        var known = ClassesOf(trained.Keys);
        foreach (string name in ClassesOf(tested.Keys).Except(known).Order(StringComparer.Ordinal))
            flaws.Warn($"{dataset.Path}: the class '{name}' is in '{tested.Name}' but not in '{trained.Name}'.");

        HashSet<string> ClassesOf(HashSet<string> keys) => [.. images.Where(image => keys.Contains(dataset.KeyOf(image))).SelectMany(image => image.Objects).Select(item => item.ClassName)];
    }
}
