using System.Text.RegularExpressions;

namespace Yolo.Documentation.Tests;

/// <summary>A block of C# in a Markdown file.</summary>
/// <param name="Place">File and line, for messages.</param>
/// <param name="Given">Variables and methods that the reader is taken to have: <c>DetectorModel model; float[] Read(string path)</c>, from a comment
/// <c>&lt;!-- given: ... --&gt;</c> on the line before the block.</param>
/// <param name="Code">The code.</param>
internal sealed partial record CodeBlock(string Place, string Given, string Code)
{
    /// <summary>The blocks of a file that are marked as <c>csharp</c>.</summary>
    public static IEnumerable<CodeBlock> Read(string path, string name)
    {
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "```csharp")
                continue;
            int end = Array.FindIndex(lines, i + 1, line => line.Trim() == "```");
            string given = i > 0 && GivenComment().Match(lines[i - 1]) is { Success: true } match ? match.Groups[1].Value : "";
            yield return new($"{name}:{i + 1}", given, string.Join('\n', lines[(i + 1)..end]));
            i = end;
        }
    }

    /// <summary>The block as a program of its own.</summary>
    public string Program(IEnumerable<string> namespaces)
    {
        var members = Given.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(member => member.EndsWith(')') ? $"public static {member} => throw null!;" : $"public static {member} = default!;");
        return $"""
            {string.Concat(namespaces.Select(name => $"using {name};\n"))}using static Given;
            #line 1
            {Code}
            #line hidden
            static class Given
            {"{"}
                {string.Join("\n    ", members)}
            {"}"}
            """;
    }

    [GeneratedRegex("^<!-- given: (.*) -->$")]
    private static partial Regex GivenComment();
}
