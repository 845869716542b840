using System.Security.Cryptography;
using System.Text;

namespace Yolo.Fuzzing;

/// <summary>Where the runs of a target keep what they found, so that the next one goes on there: <c>artifacts/fuzzing/TARGET</c>, beside the corpus of the repository.</summary>
internal sealed class WorkFolder
{
    private readonly string _root, _inputs, _findings;

    /// <summary>Makes the folder of a target.</summary>
    public WorkFolder(string target)
    {
        Corpus = Path.Combine(Repository, "tests", "Yolo.Fuzzing", "corpus", target);
        _root = Path.Combine(Artifacts, target);
        (_inputs, _findings) = (Path.Combine(_root, "inputs"), Path.Combine(_root, "findings"));
        Directory.CreateDirectory(_inputs);
        Directory.CreateDirectory(_findings);
    }

    /// <summary>The repository's root: the folder above these binaries that holds the solution.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Where everything is kept that does not belong into the repository.</summary>
    public static string Artifacts { get; } = Path.Combine(Repository, "artifacts", "fuzzing");

    /// <summary>The inputs that the repository holds.</summary>
    public string Corpus { get; }

    /// <summary>The figures of all runs.</summary>
    public string Figures => Path.Combine(_root, "figures.json");

    /// <summary>The input that is read now.</summary>
    public string Watch => Path.Combine(_root, "current");

    /// <summary>Number of findings.</summary>
    public int Findings => Directory.GetFiles(_findings, "*.txt").Length;

    /// <summary>Every input that is known, the repository's first.</summary>
    public byte[][] Inputs() => [.. Files(Corpus).Concat(Files(_inputs)).Select(File.ReadAllBytes).Where(bytes => bytes.Length <= Mutator.MaximumLength)];

    /// <summary>Keeps an input.</summary>
    public void Keep(byte[] input) => File.WriteAllBytes(Path.Combine(_inputs, Name(input)), input);

    /// <summary>The inputs of the repository that somebody gave a name, which stay.</summary>
    public byte[][] Named() => [.. Files(Corpus).Where(path => !IsAnonymous(path)).Select(File.ReadAllBytes)];

    /// <summary>Puts others in place of those inputs of the repository that nobody gave a name.</summary>
    public void ReplaceCorpus(IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(Corpus);
        foreach (string path in Files(Corpus).Where(IsAnonymous).ToArray())
            File.Delete(path);
        foreach (byte[] input in inputs)
            File.WriteAllBytes(Path.Combine(Corpus, Name(input)), input);
    }

    /// <summary>Keeps the input that first showed a problem, and says what it was.</summary>
    public void Report(string site, byte[] input, string problem)
    {
        string path = Path.Combine(_findings, Name(Encoding.UTF8.GetBytes(site)));
        if (File.Exists(path + ".txt"))
            return;
        File.WriteAllBytes(path + ".input", input);
        File.WriteAllText(path + ".txt", problem);
    }

    /// <summary>Short name of an input: what it is called in the corpus.</summary>
    public static string Name(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 6));

    private static bool IsAnonymous(string path) => Path.GetFileName(path) == Name(File.ReadAllBytes(path));

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal) : [];

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Yolo.MLNet.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Yolo.MLNet.sln.");
    }
}
