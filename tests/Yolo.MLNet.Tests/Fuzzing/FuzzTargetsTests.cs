using Xunit;
using Yolo.Fuzzing;

namespace Yolo.MLNet.Tests.Fuzzing;

/// <summary>What fuzzing found worth keeping, and a bounded number of random changes of it: docs/fuzzing.md says how the long runs are made.</summary>
public sealed class FuzzTargetsTests : IDisposable
{
    private static readonly string s_corpus = Path.Combine(TestPaths.Root, "tests", "Yolo.Fuzzing", "corpus");

    private readonly FuzzTargets _targets = new();

    public static TheoryData<string> Names => [.. Directory.GetDirectories(s_corpus).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Corpus_EveryTarget_HasOneOfItsOwn() =>
        Assert.Equal(_targets.All.Keys.Order(StringComparer.Ordinal), Names.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Names))]
    public void Try_CorpusAndRandomChangesOfIt_IsReadOrRefused(string target)
    {
        byte[][] corpus = Corpus(target);
        var mutator = new Mutator(seed: 20170612, corpus);
        var random = new Random(20170612);
        // To load a model takes milliseconds.
        int changes = target.EndsWith("-parts", StringComparison.Ordinal) || target == "model-zip" ? 20 : 300;

        foreach (byte[] input in corpus)
            Check(target, input);
        for (int i = 0; i < changes; i++)
            Check(target, mutator.Mutate(corpus[random.Next(corpus.Length)], corpus[random.Next(corpus.Length)]));
    }

    // Of what is not refused: the numbers of a network that lies, an archive that is none.
    [Fact]
    public void Try_TargetThatThrowsSomethingElse_ReturnsIt()
    {
        Assert.Null(_targets.Try("cfg", "[net"u8.ToArray()));
        Assert.Null(_targets.Try("model-zip", [1, 2, 3]));
        Assert.IsType<KeyNotFoundException>(_targets.Try("no target", []));
    }

    public void Dispose() => _targets.Dispose();

    private static byte[][] Corpus(string target) =>
        [.. Directory.GetFiles(Path.Combine(s_corpus, target)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private void Check(string target, byte[] input)
    {
        if (_targets.Try(target, input) is { } problem)
            Assert.Fail($"{target}, input {Convert.ToBase64String(input)}: {problem}");
    }
}
