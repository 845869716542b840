namespace Yolo.Mutations;

/// <summary>Breaks rules and runs tests.</summary>
internal sealed class MutationRun
{
    private const string ModelTests = "Yolo.Model.Tests", MLNetTests = "Yolo.MLNet.Tests";

    private readonly Dictionary<string, ProjectCompiler> _compilers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TestProject> _tests = new(StringComparer.Ordinal);
    private readonly HashSet<string> _green = new(StringComparer.Ordinal);

    public MutationRun()
    {
        if (Directory.Exists(Repository.Scratch))
            Directory.Delete(Repository.Scratch, recursive: true);
        Directory.CreateDirectory(Repository.Scratch);
    }

    /// <summary>Breaks a rule and runs the tests of its area.</summary>
    /// <returns>The first test that failed; null where none did.</returns>
    /// <exception cref="InvalidDataException">The text does not stand once in its file, what comes of it does not compile, or the test that fails does so without it.</exception>
    public string? FirstFailure(Mutation mutation)
    {
        string path = Repository.Combine(mutation.File), source = File.ReadAllText(path);
        string broken = mutation.Apply(source);
        string[] projects = [.. mutation.Tests.Select(ProjectOf).Distinct()];

        string project = mutation.File.Split('/')[1];
        if (!_compilers.TryGetValue(project, out var compiler))
            _compilers[project] = compiler = new(project);
        string library = Path.Combine(Repository.Scratch, $"{project}.dll");
        if (compiler.Compile(mutation.File, broken, library) is { } error)
            throw new InvalidDataException($"{mutation.Rule}: this is no mutation, it does not compile. {error}");
        foreach (string name in projects)
            Tests(name).Replace(library);
        string? failure = projects.Select(name => Tests(name).FirstFailure(Tests(name).Classes(mutation.Tests))).FirstOrDefault(failure => failure is not null);
        if (failure is not null && _green.Add(failure.Split('.')[0]))
        {
            compiler.Compile(mutation.File, source, library);
            EnsureGreen(failure.Split('.')[0], library, projects);
        }
        return failure;
    }

    private static string ProjectOf(string tests) => tests.StartsWith(MLNetTests, StringComparison.Ordinal) ? MLNetTests : ModelTests;

    private TestProject Tests(string name) => _tests.TryGetValue(name, out var tests) ? tests : _tests[name] = new(name);

    // A test that fails anyhow catches nothing. The library is compiled the same way from whole sources.
    private void EnsureGreen(string testClass, string library, string[] projects)
    {
        foreach (var tests in projects.Select(Tests))
        {
            tests.Replace(library);
            if (tests.Classes([$"*.{testClass}"]) is { Count: > 0 } classes && tests.FirstFailure(classes) is { } failure)
                throw new InvalidDataException($"{failure} fails without a mutation.");
        }
    }
}
