namespace Quickstart;

/// <summary>Which of a data set's image sets are trained on, tested with and validated with. Linked into Yolo.CommandLine.</summary>
internal static class ImageSets
{
    /// <summary>The sets asked for, else the usual ones that the data set has.</summary>
    /// <param name="place">What errors call the data set.</param>
    /// <param name="present">Names of the sets that it has.</param>
    /// <param name="train">Set to train on; null: <c>trainval</c>, else <c>train</c>.</param>
    /// <param name="test">Set to test with; null: <c>test</c>, else <c>val</c>.</param>
    /// <param name="validation">Set to validate with; null: <c>val</c> where <c>train</c> is trained on and something else tested with, else none, since <c>trainval</c> contains it.</param>
    /// <exception cref="FileNotFoundException">A set is not there; the message lists those that are.</exception>
    public static (string Train, string Test, string? Validation) Choose(string place, IReadOnlyList<string> present, string? train, string? test, string? validation)
    {
        train = FirstOf(place, present, "--train-set", train is null ? ["trainval", "train"] : [train]);
        test = FirstOf(place, present, "--test-set", test is null ? ["test", "val"] : [test]);
        bool hasVal = train == "train" && test != "val" && present.Contains("val");
        return (train, test, validation is not null ? FirstOf(place, present, "--val-set", [validation]) : hasVal ? "val" : null);
    }

    /// <summary>Names of the lists in a VOC data set, in ordinal order.</summary>
    public static IReadOnlyList<string> InVoc(string folder)
    {
        string lists = Path.Combine(folder, "ImageSets", "Main");
        return Directory.Exists(lists) ? [.. Directory.EnumerateFiles(lists, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The first of some sets that is there.</summary>
    /// <exception cref="FileNotFoundException">None is; the message lists those that are.</exception>
    public static string FirstOf(string place, IReadOnlyList<string> present, string option, string[] names) =>
        Array.Find(names, present.Contains) ?? throw new FileNotFoundException(
            $"{place}: expected the image set {string.Join(" or ", names)}, found {(present.Count > 0 ? string.Join(", ", present) : "none")}. Name one with {option}.");
}
