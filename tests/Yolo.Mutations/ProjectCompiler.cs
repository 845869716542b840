using System.Text.Json;

namespace Yolo.Mutations;

/// <summary>Compiles a project of <c>src</c> with one of its files replaced, by the compiler's own command line: a second where MSBuild takes many.</summary>
internal sealed class ProjectCompiler
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    // Documentation and analyzers take time, and a mutation may well leave something unused. The framework's source generators are needed.
    private static readonly string[] s_leftOut = ["/noconfig", "/doc:", "/refout:", "/out:", "/pdb:", "/debug", "/embed", "/sourcelink:", "/warnaserror", "/analyzerconfig:", "/errorlog:", "/additionalfile:"];

    private readonly string _folder, _compiler;
    private readonly List<string> _arguments;

    public ProjectCompiler(string name)
    {
        Name = name;
        _folder = Repository.Combine("src", name);
        var (code, json) = Command.DotNet(_folder, s_limit, "msbuild", "-t:PrepareResources;Compile", $"-p:Configuration={Repository.Configuration}", "-p:BuildProjectReferences=false",
            "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-p:NonExistentFile=none", "-getItem:CscCommandLineArgs", "-getProperty:RoslynTargetsPath");
        if (code != 0)
            throw new InvalidOperationException($"The command line of the compiler for {name} is not to be had; build the solution first.\n{json}");
        using var document = JsonDocument.Parse(json!);
        _compiler = Path.Combine(document.RootElement.GetProperty("Properties").GetProperty("RoslynTargetsPath").GetString()!, "bincore", "csc.dll");
        _arguments =
        [
            .. document.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)
                .Where(argument => !s_leftOut.Any(start => argument.StartsWith(start, StringComparison.Ordinal)))
                .Where(argument => !argument.StartsWith("/analyzer:", StringComparison.Ordinal) || argument.Contains("Microsoft.NETCore.App.Ref", StringComparison.Ordinal)),
        ];
    }

    public string Name { get; }

    /// <summary>Compiles.</summary>
    /// <param name="file">The file to replace, from the repository's root.</param>
    /// <param name="source">What takes its place.</param>
    /// <param name="library">The library to make.</param>
    /// <returns>The compiler's first error, or null.</returns>
    public string? Compile(string file, string source, string library)
    {
        string replaced = Path.GetFullPath(Repository.Combine(file)), copy = Path.Combine(Repository.Scratch, Path.GetFileName(file)), response = Path.Combine(Repository.Scratch, $"{Name}.rsp");
        File.WriteAllText(copy, source);
        var arguments = _arguments.Select(argument => !argument.StartsWith('/') && Path.GetFullPath(argument, _folder) == replaced ? copy : argument).ToList();
        if (!arguments.Contains(copy))
            throw new InvalidDataException($"{file} is none of the sources of {Name}.");
        File.WriteAllLines(response, [.. arguments.Select(Quote), Quote($"/out:{library}"), "/nowarn:CS1591"]);
        var (code, output) = Command.DotNet(_folder, s_limit, _compiler, "/noconfig", "/shared", $"@{response}");
        return code == 0 ? null : (output ?? "").Split('\n').FirstOrDefault(line => line.Contains(" error ", StringComparison.Ordinal) || line.Contains(": error", StringComparison.Ordinal)) ?? output;
    }

    // The switch stays outside of the quotes.
    private static string Quote(string argument)
    {
        if (!argument.Contains(' ', StringComparison.Ordinal))
            return argument;
        int value = File.Exists(argument) ? 0 : argument.IndexOf(':', StringComparison.Ordinal) + 1;
        return $"{argument[..value]}\"{argument[value..].Trim('"')}\"";
    }
}
