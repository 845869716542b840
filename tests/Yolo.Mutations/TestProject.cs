using System.Text.RegularExpressions;

namespace Yolo.Mutations;

/// <summary>A copy of a built test project in which a library can be replaced.</summary>
internal sealed partial class TestProject
{
    private const long LargeFile = 4 << 20;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    // They start other programs, which have libraries of their own, or pack and restore packages.
    private static readonly string[] s_others = ["KilledSaveTests", "KilledTrainingTests", "OtherProcessTests", "PackagesTests"];

    private readonly string _name, _folder;
    private readonly string[] _classes;

    public TestProject(string name)
    {
        _name = name;
        _folder = Path.Combine(Repository.Scratch, name);
        string built = Repository.Combine("tests", name, "bin", Repository.Configuration, Repository.Framework);
        foreach (string file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_folder, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            // libtorch alone is 500 MB.
            if (new FileInfo(file).Length > LargeFile)
                File.CreateSymbolicLink(copy, file);
            else
                File.Copy(file, copy);
        }
        _classes =
        [
            .. (Run("-list", "classes").Output ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(name => !s_others.Any(other => name.EndsWith(other, StringComparison.Ordinal))),
        ];
    }

    /// <summary>The classes that fit one of the patterns.</summary>
    public IReadOnlyList<string> Classes(IEnumerable<string> patterns)
    {
        string[] expressions = [.. patterns.Select(pattern => "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal) + "$")];
        return [.. _classes.Where(name => expressions.Any(expression => Regex.IsMatch(name, expression)))];
    }

    /// <summary>Puts a library in the place of its own.</summary>
    public void Replace(string library) => File.Copy(library, Path.Combine(_folder, Path.GetFileName(library)), overwrite: true);

    /// <summary>Runs test classes until one fails.</summary>
    /// <returns>The test that failed, without its arguments; null where none did.</returns>
    public string? FirstFailure(IReadOnlyList<string> classes)
    {
        var (code, output) = Run(["-stopOnFail", .. classes.SelectMany(name => (string[])["-class", name])]);
        if (code == 0)
            return null;
        if (output is null)
            return "(time limit)";
        return Failed().Match(output) is { Success: true } match ? match.Groups[1].Value : "(the process ended)";
    }

    private (int? ExitCode, string? Output) Run(params IEnumerable<string> arguments) => Command.DotNet(_folder, s_limit, [Path.Combine(_folder, $"{_name}.dll"), .. arguments, "-noLogo", "-noColor"]);

    // "    Yolo.Model.Tests.Encoding.TargetEncoderTests.Encode_Something_Outcome(count: 3) [FAIL]"
    [GeneratedRegex(@"([A-Za-z0-9_]+\.[A-Za-z0-9_]+)(\([^\n]*\))? \[FAIL\]")]
    private static partial Regex Failed();
}
