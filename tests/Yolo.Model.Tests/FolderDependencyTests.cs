using System.Text.RegularExpressions;
using Xunit;

namespace Yolo.Model.Tests;

public sealed partial class FolderDependencyTests
{
    // What each folder of src/Yolo.Model may use: those before it. A reader finds a rule by walking to the left.
    private static readonly string[] s_order =
    [
        "Files", "Processes", "Geometry", "Imaging", "Anchors", "Network", "Encoding", "Quantization", "Weights", "Data", "Torch", "Onnx", "Inference",
        "Evaluation", "Drawing", "Training", "Reports",
    ];

    // Data is read without libtorch and without a network, and libtorch knows nothing of data.
    private static readonly (string From, string To)[] s_apart =
        [("Anchors", "Imaging"), ("Network", "Imaging"), ("Torch", "Data"), ("Onnx", "Data"), ("Onnx", "Torch"), ("Evaluation", "Inference"), ("Reports", "Training"), ("Inference", "Data")];

    private static string Source => Path.Combine(TestPaths.Root, "src", "Yolo.Model");

    [Fact]
    public void Folders_UseOnlyThoseBeforeThem()
    {
        var wrong = Uses().Where(use => Array.IndexOf(s_order, use.To) > Array.IndexOf(s_order, use.From) || s_apart.Contains((use.From, use.To))).Select(use => $"{use.File}: {use.From} uses {use.To}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void Folders_AllStandInTheOrder() =>
        Assert.Equal(s_order.Order(), Directory.EnumerateDirectories(Source).Select(folder => Path.GetFileName(folder)).Where(name => name is not ("bin" or "obj")).Order());

    // A namespace is where its folder is.
    [Fact]
    public void Namespaces_FollowFolders()
    {
        var wrong = SourceFiles().Where(file => !File.ReadAllText(file).Contains(
            $"namespace {string.Join('.', Path.GetRelativePath(Path.Combine(Source, ".."), Path.GetDirectoryName(file)!).Split(Path.DirectorySeparatorChar))};", StringComparison.Ordinal));

        Assert.Empty(wrong);
    }

    private static IEnumerable<(string File, string From, string To)> Uses()
    {
        foreach (string file in SourceFiles())
        {
            string relative = Path.GetRelativePath(Source, file), from = relative.Split(Path.DirectorySeparatorChar)[0];
            foreach (Match use in Used().Matches(File.ReadAllText(file)))
            {
                if (use.Groups[1].Value is var to && to != from && s_order.Contains(from) && s_order.Contains(to))
                    yield return (relative, from, to);
            }
        }
    }

    private static IEnumerable<string> SourceFiles() => Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Source, file).StartsWith("obj", StringComparison.Ordinal) && !Path.GetRelativePath(Source, file).StartsWith("bin", StringComparison.Ordinal));

    [GeneratedRegex(@"^using (?:static )?Yolo\.Model\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Used();
}
