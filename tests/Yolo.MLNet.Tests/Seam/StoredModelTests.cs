using System.Globalization;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Seam;

namespace Yolo.MLNet.Tests.Seam;

/// <summary>Every version of the model format that was ever written is read: a sample of each is stored, with what is in it and what it gave.</summary>
public sealed class StoredModelTests
{
    // What the network gives differs in the last digits from one processor to another.
    private const double Tolerance = 1e-3;

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string, uint> Versions
    {
        get
        {
            var versions = new TheoryData<string, uint>();
            foreach (uint version in Of(ModelPersistence.Format))
            {
                versions.Add($"detector-{ComponentFormat.Text(version)}", version);
                // Eight-bit integers came with 1.2.
                if (version >= 0x00010002)
                    versions.Add($"detector-{ComponentFormat.Text(version)}-int8", version);
            }
            foreach (uint version in Of(TargetPersistence.Format))
                versions.Add($"targets-{ComponentFormat.Text(version)}", version);
            return versions;
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Load_StoredModelOfEachVersion_GivesWhatIsRecorded(string name, uint version)
    {
        string path = StoredModels.PathOf(name);
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("YOLO_STORE_SAMPLES") == "1")
            StoredModels.Store(_ml, name);
        Assert.True(File.Exists(path), $"Version {ComponentFormat.Text(version)} has no stored sample. Run this test with YOLO_STORE_SAMPLES=1, look at the two files {name} in {StoredModels.Folder} and commit them.");
        Assert.Equal(version, StoredModels.Version(path));

        var loaded = new MLContext().Model.Load(path, out _);
        using var owned = loaded as IDisposable;

        AssertAlike(File.ReadAllLines(StoredModels.PathOf(name, ".txt")), StoredModels.Describe(_ml, loaded));
    }

    [Fact]
    public void Folder_HoldsTheSamplesOfVersionsAlone() => Assert.Equal(
        Versions.Select(row => row.Data.Item1).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(StoredModels.Folder, "*.zip").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("detector", "YoloV2Detection")]
    [InlineData("targets", "YoloV2Targets")]
    public void Load_LaterVersion_IsRefusedByName(string kind, string component)
    {
        uint newest = (kind == "detector" ? ModelPersistence.Format : TargetPersistence.Format).Current;
        using var folder = new TemporaryFolder();
        string path = folder.Combine("later.zip");
        File.Copy(StoredModels.PathOf($"{kind}-{ComponentFormat.Text(newest)}"), path);
        // ML.NET's header, ModelHeader.cs: ModelVerWritten at 0x48, ModelVerReadable at 0x4C.
        ModelZip.Rewrite(path, "Model.key", bytes =>
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(0x48), newest + 1);
            BitConverter.TryWriteBytes(bytes.AsSpan(0x4C), newest + 1);
            return bytes;
        });

        var error = Assert.ThrowsAny<Exception>(() => _ml.Model.Load(path, out _)).GetBaseException();

        string message = $"{component}: expected a model of version 1.1 to {ComponentFormat.Text(newest)}, found one of version {ComponentFormat.Text(newest + 1)}, which";
        Assert.StartsWith(message, Assert.IsType<NotSupportedException>(error).Message, StringComparison.Ordinal);
        Assert.EndsWith("Update the package Yolo.MLNet.", error.Message, StringComparison.Ordinal);
    }

    // A version number that lies: the layout of 1.2 has a byte more than that of 1.1.
    [Fact]
    public void Load_LayoutOfAnotherVersion_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("lie.zip");
        File.Copy(StoredModels.PathOf("detector-1.2"), path);
        ModelZip.Rewrite(path, "Model.key", bytes =>
        {
            bytes[0x48] = bytes[0x4C] = 1;
            return bytes;
        });

        Assert.IsType<FormatException>(Assert.ThrowsAny<Exception>(() => _ml.Model.Load(path, out _)).GetBaseException());
    }

    private static IEnumerable<uint> Of(ComponentFormat format)
    {
        for (uint version = format.Oldest; version <= format.Current; version++)
            yield return version;
    }

    private static void AssertAlike(string[] expected, string[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (one, other) in expected.Zip(actual))
        {
            string[] words = one.Split(' '), others = other.Split(' ');
            Assert.Equal(words.Length, others.Length);
            // What is stored is the same to the last digit.
            if (words[0] != "found")
                Assert.Equal(one, other);
            foreach (var (word, found) in words.Zip(others))
            {
                if (double.TryParse(word, CultureInfo.InvariantCulture, out double number))
                    Assert.Equal(number, double.Parse(found, CultureInfo.InvariantCulture), Tolerance * Math.Max(1, Math.Abs(number)));
                else
                    Assert.Equal(word, found);
            }
        }
    }
}
