using System.Text.RegularExpressions;
using Xunit;

namespace Yolo.Documentation.Tests;

/// <summary>Whether docs/reliability.md, and the pages that name tests as it does, tell the truth: the tests exist, and files are saved where it says.</summary>
public sealed partial class ReliabilityTests
{
    // The one home of writing; a copy of a library in a folder that nobody else knows; a download, which goes on where it stopped and takes
    // its name when it is whole; pictures drawn for one run; a temporary file of decoded images, which nobody opens again;
    // copies of images in a folder that is new.
    private static readonly string[] s_writers = ["AtomicFile.cs", "PatchedLibrary.cs", "Downloader.cs", "ShapesDataset.cs", "SpoolFile.cs", "DatasetWriter.cs"];

    [Theory]
    [InlineData("reliability.md", 50)]
    [InlineData("determinism.md", 20)]
    public void Table_EveryTestInIt_Exists(string page, int atLeast)
    {
        string text = File.ReadAllText(Path.Combine(TestPaths.Root, "docs", page));
        string[] named = [.. TestName().Matches(text).Select(match => match.Groups[1].Value).Distinct()];
        var tests = Sources("tests").ToLookup(path => Path.GetFileNameWithoutExtension(path));

        string[] missing = [.. named.Where(name => name.Split('.') is not [var type, var method]
            || !tests[type].Any(path => Regex.IsMatch(File.ReadAllText(path), $@"public (async )?(void|Task) {method}\(")))];

        Assert.InRange(named.Length, atLeast, 500);
        Assert.Empty(missing);
    }

    [Fact]
    public void Sources_WhatIsSaved_GoesThroughAtomicFile()
    {
        var writers = Sources("src").Concat(Sources("examples")).Where(path => Writing().IsMatch(File.ReadAllText(path))).Select(path => Path.GetFileName(path));

        Assert.Equal(s_writers.Order(StringComparer.Ordinal), writers.Order(StringComparer.Ordinal));
    }

    // A model that ML.NET writes itself is lost where its process is killed.
    [Fact]
    public void Sources_Models_AreSavedAtomically() =>
        Assert.DoesNotContain(Sources("examples"), path => File.ReadAllText(path).Contains(".Model.Save(", StringComparison.Ordinal));

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(Path.Combine(TestPaths.Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Intersect(["obj", "bin"]).Any());

    [GeneratedRegex("`([A-Za-z0-9]+Tests\\.[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\bFile\.(Write|Append|Create|OpenWrite)|FileMode\.(Create|Append|OpenOrCreate)|new StreamWriter\((?!stream,)|SKFileWStream|\.Save\(Path\.")]
    private static partial Regex Writing();
}
