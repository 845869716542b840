using Xunit;
using Yolo.Mutations;

namespace Yolo.Documentation.Tests;

/// <summary>Whether tests/Yolo.Mutations/mutations.txt fits the sources, and docs/mutations.md the list.</summary>
public sealed class MutationListTests
{
    private static IReadOnlyList<Mutation> Mutations { get; } = Mutation.ReadList(Path.Combine(TestPaths.Root, "tests", "Yolo.Mutations", "mutations.txt"));

    [Fact]
    public void List_EveryText_StandsOnceInItsFile()
    {
        Assert.InRange(Mutations.Count, 60, 500);
        Assert.All(Mutations, mutation =>
        {
            Assert.NotEmpty(mutation.Changes);
            Assert.NotEmpty(mutation.Tests);
            string source = File.ReadAllText(Path.Combine(TestPaths.Root, mutation.File));
            Assert.NotEqual(source, mutation.Apply(source));
        });
        Assert.Equal(Mutations.Count, Mutations.Select(mutation => mutation.Rule).Distinct().Count());
    }

    [Fact]
    public void Table_EveryMutation_IsCaughtByATestThatExists()
    {
        string[] table = File.ReadAllLines(Path.Combine(TestPaths.Root, "docs", "mutations.md"));
        string tests = string.Concat(Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.All(Mutations, mutation =>
        {
            string row = Assert.Single(table, line => line.StartsWith($"| {mutation.Rule} | ", StringComparison.Ordinal));
            string[] test = row.Split(" | ")[^1].Trim('|', ' ', '`').Split('.');
            Assert.Equal(2, test.Length);
            Assert.Contains($"class {test[0]}", tests, StringComparison.Ordinal);
            Assert.Contains($" {test[1]}(", tests, StringComparison.Ordinal);
        });
    }
}
