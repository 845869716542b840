using CsCheck;
using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;

namespace Yolo.Model.Tests.Data;

/// <summary>Lists of images and of class names, laid out in every way that the formats allow, are read as what they say.</summary>
public sealed class DatasetListPropertyTests : IDisposable
{
    private static readonly Gen<string> s_lineEnds = Properties.OneOf("\n", "\r\n", "\n\n", " \t\n");

    // In YAML's plain texts these have a meaning at some place.
    private static readonly Gen<string[]> s_plainNames = Properties.Names.Where(name => name.IndexOfAny([',', ':', '#', '[', ']', '{', '}', '"', '\'']) < 0 && !"-&*!|>%@`?~".Contains(name[0])).Array[1, 6].Where(AreDistinct);

    private readonly TemporaryFolder _folder = new();

    // The devkit's lists: an id a line, in those of a class with -1, 0 or 1 behind it.
    [Fact]
    public void ReadImageSet_OfAnyLayout_GivesTheIdsInOrder() =>
        Gen.Select(Gen.Select(Gen.Char["abc019_-.äß犬"].Array[1, 8], Properties.OneOf("", " 1", "  0", "\t1", "  -1", "\t-1")).Array[0, 8], s_lineEnds).Sample(
            (drawn, end) =>
            {
                var lines = drawn.Select(line => (Id: new string(line.Item1), State: line.Item2)).DistinctBy(line => line.Id).ToList();
                foreach (string folder in (string[])["ImageSets/Main", "Annotations", "JPEGImages"])
                    Directory.CreateDirectory(_folder.Combine(folder));
                File.WriteAllText(_folder.Combine("ImageSets/Main/set.txt"), string.Concat(lines.Select(line => line.Id + line.State + end)));

                var ids = VocImageSet.Read(VocLayout.Find(_folder.Path)!, "set", new FlawLog()).Select(entry => entry.Key);

                Assert.Equal(lines.Where(line => !line.State.EndsWith("-1", StringComparison.Ordinal)).Select(line => line.Id), ids);
            },
            iter: 200, threads: 1);

    [Fact]
    public void ReadYaml_OfAnyNamesInQuotes_GivesThem() =>
        Gen.Select(Properties.Names.Array[1, 6].Where(AreDistinct), Gen.Int[0, 3], Gen.Bool, s_lineEnds, Gen.Bool).Sample(
            (names, layout, single, end, comments) => AssertReads(names, layout, name => single ? SingleQuoted(name) : DoubleQuoted(name), end, comments), iter: 400, threads: 1);

    [Fact]
    public void ReadYaml_OfAnyPlainNames_GivesThem() =>
        Gen.Select(s_plainNames, Gen.Int[0, 3], s_lineEnds, Gen.Bool).Sample((names, layout, end, comments) => AssertReads(names, layout, name => name, end, comments), iter: 400, threads: 1);

    // Darknet's .data, and its .names, a name a line.
    [Fact]
    public void ReadData_OfAnyNamesAndLayout_GivesThem() =>
        Gen.Select(Properties.Names.Array[1, 6].Where(AreDistinct), s_lineEnds, Properties.OneOf("=", " = ", "\t=  ")).Sample(
            (names, end, sign) =>
            {
                File.WriteAllText(_folder.Combine("a.names"), string.Concat(names.Select(name => name + end)));
                string path = _folder.Combine("a.data");
                File.WriteAllText(path, $"# a comment{end}classes{sign}{names.Length}{end}train{sign}some where/train.txt{end}names{sign}a.names{end}valid{sign}v=1.txt{end}");

                var read = YoloDescription.Read(path);

                Assert.Equal(names, read.ClassNames);
                Assert.Equal([("train", "some where/train.txt"), ("val", "v=1.txt")], read.Sets.Select(set => (set.Key, Assert.Single(set.Value))));
            },
            iter: 200, threads: 1);

    public void Dispose() => _folder.Dispose();

    // Two classes of one name are refused.
    private static bool AreDistinct(string[] names) => names.Distinct().Count() == names.Length;

    private void AssertReads(string[] names, int layout, Func<string, string> quote, string end, bool comments)
    {
        string note = comments ? " # it's a \"note\"" : "";
        string list = layout switch
        {
            0 => $"names: [{string.Join(", ", names.Select(quote))}]{note}{end}",
            1 => $"names: {{{string.Join(", ", names.Select((name, i) => $"{i}: {quote(name)}"))}}}{note}{end}",
            2 => $"names:{note}{end}" + string.Concat(names.Select(name => $"- {quote(name)}{note}{end}")),
            // In any order: the numbers decide.
            _ => $"names:{note}{end}" + string.Concat(names.Select((name, i) => $"  {i}: {quote(name)}{note}{end}").Reverse()),
        };
        string path = _folder.Combine("data.yaml");
        File.WriteAllText(path, $"---{end}train: images/train{note}{end}{list}nc: {names.Length}{note}{end}");

        var read = YoloDescription.Read(path);

        Assert.Equal(names, read.ClassNames);
        Assert.Equal(("train", "images/train"), (read.Sets[0].Key, Assert.Single(Assert.Single(read.Sets).Value)));
    }

    private static string SingleQuoted(string name) => $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";

    // What is not ASCII as PyYAML writes it unless told otherwise.
    private static string DoubleQuoted(string name) => $"\"{string.Concat(name.Select(c => c switch
    {
        '"' or '\\' => $"\\{c}",
        <= '~' => c.ToString(),
        <= '\u00FF' => $"\\x{(int)c:X2}",
        _ => $"\\u{(int)c:X4}",
    }))}\"";
}
