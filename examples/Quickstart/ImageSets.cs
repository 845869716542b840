namespace Quickstart;

/// <summary>Which of a data set's image sets are trained on, tested with and validated with.</summary>
internal static class ImageSets
{
    /// <summary>The sets asked for, else the usual ones that the data set has.</summary>
    /// <param name="folder">The data set's folder.</param>
    /// <param name="train">Set to train on; null: <c>trainval</c>, else <c>train</c>.</param>
    /// <param name="test">Set to test with; null: <c>test</c>, else <c>val</c>.</param>
    /// <param name="validation">Set to validate with; null: <c>val</c> where <c>train</c> is trained on and something else tested with, else none, since <c>trainval</c> contains it.</param>
    /// <exception cref="FileNotFoundException">A set is not there; the message lists those that are.</exception>
    public static (string Train, string Test, string? Validation) Choose(string folder, string? train, string? test, string? validation)
    {
        string lists = Path.Combine(folder, "ImageSets", "Main");
        train = FirstOf(lists, "--train-set", train is null ? ["trainval", "train"] : [train]);
        test = FirstOf(lists, "--test-set", test is null ? ["test", "val"] : [test]);
        bool hasVal = train == "train" && test != "val" && File.Exists(Path.Combine(lists, "val.txt"));
        return (train, test, validation is not null ? FirstOf(lists, "--val-set", [validation]) : hasVal ? "val" : null);
    }

    private static string FirstOf(string lists, string option, string[] names)
    {
        if (Array.Find(names, name => File.Exists(Path.Combine(lists, name + ".txt"))) is { } found)
            return found;
        string present = Directory.Exists(lists)
            ? string.Join(", ", Directory.EnumerateFiles(lists, "*.txt").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal))
            : "";
        throw new FileNotFoundException(
            $"{lists}: expected the image set {string.Join(" or ", names)}, found {(present.Length > 0 ? present : "none")}. Name one with {option}.");
    }
}
