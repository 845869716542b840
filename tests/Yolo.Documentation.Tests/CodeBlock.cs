using System.Text.RegularExpressions;

namespace Yolo.Documentation.Tests;

/// <summary>A block of C# in a Markdown file.</summary>
/// <param name="Place">File and line, for messages.</param>
/// <param name="Given">Variables and methods that the reader is taken to have: <c>DetectorModel model; float[] Read(string path)</c>, from a comment
/// <c>&lt;!-- given: ... --&gt;</c> on the line before the block.</param>
/// <param name="Code">The code; of a block behind a comment <c>&lt;!-- goes on --&gt;</c> with that of the block before it in front.</param>
internal sealed partial record CodeBlock(string Place, string Given, string Code)
{
    /// <summary>The blocks of a file that are marked as <c>csharp</c>.</summary>
    public static IEnumerable<CodeBlock> Read(string path, string name)
    {
        string[] lines = File.ReadAllLines(path);
        var before = new CodeBlock(name, "", "");
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "```csharp")
                continue;
            int end = Array.FindIndex(lines, i + 1, line => line.Trim() == "```");
            string comment = i > 0 ? lines[i - 1] : "", code = string.Join('\n', lines[(i + 1)..end]), place = $"{name}:{i + 1}";
            before = comment == "<!-- goes on -->"
                ? before with { Place = place, Code = $"{before.Code}\n{code}" }
                : new(place, GivenComment().Match(comment).Groups[1].Value, code);
            yield return before;
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
