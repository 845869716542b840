using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Files;

public sealed class KilledSaveTests
{
    private const int MostFiles = 20;

    // Few with every change; the whole run is YOLO_KILLS=100 (docs/reliability.md).
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("YOLO_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 4;

    // The process is killed a random while after it has reported that a file is saved, which is while it saves another one.
    [Fact]
    public void Save_ProcessKilledMeanwhile_LeavesEveryFileOldOrNew()
    {
        using TemporaryFolder folder = new(), reference = new();
        var expected = new HashSet<string>[] { Digests(reference, version: 0), Digests(reference, version: 1) };
        foreach (var (name, save) in new SavedFiles(version: 0).All)
            save(folder.Combine(name));
        var random = new Random(1);
        int halves = 0;

        for (int i = 0; i < Kills; i++)
        {
            KillAfter(random.Next(1, MostFiles), random.Next(300_000), folder.Path);

            string[] files = Directory.GetFiles(folder.Path), temporary = [.. files.Where(file => file.EndsWith(".tmp", StringComparison.Ordinal))];
            foreach (string file in files.Except(temporary))
                Assert.Contains(Digest(file), expected[0].Union(expected[1]));
            Assert.Equal(expected[0].Count, files.Length - temporary.Length);
            halves += temporary.Length;
            Array.ForEach(temporary, File.Delete);
        }

        using var loaded = Assert.IsType<YoloV2DetectionTransformer>(new MLContext().Model.Load(folder.Combine("model.zip"), out _));
        Assert.StartsWith("cat ", loaded.Model.ClassNames[0], StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {halves} of them while a temporary file was being written; no other file was harmed.");
    }

    [Fact]
    public void SaveAtomic_ModelThatCannotBeSaved_KeepsTheOldFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("model.zip");
        File.WriteAllText(path, "old");
        var ml = new MLContext();
        var names = TestModels.Mini();
        using var transformer = new YoloV2DetectionTransformer(ml, new(names.Network, names.Weights, ["ant", " bee", "cat"]), new(), new());

        Assert.ThrowsAny<InvalidOperationException>(() => ml.Model.SaveAtomic(transformer, null, path));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private static HashSet<string> Digests(TemporaryFolder folder, int version)
    {
        foreach (var (name, save) in new SavedFiles(version).All)
            save(folder.Combine(name));
        return [.. Directory.GetFiles(folder.Path).Select(Digest)];
    }

    /// <summary>Name and content; of a model the content of what is in it, since a zip notes the time.</summary>
    private static string Digest(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (Path.GetExtension(path) != ".zip")
            hash.AppendData(File.ReadAllBytes(path));
        else
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var entry in zip.Entries)
            {
                using var stream = entry.Open();
                using var content = new MemoryStream();
                stream.CopyTo(content);
                hash.AppendData(content.ToArray());
            }
        }
        return $"{Path.GetFileName(path)} {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    /// <summary>Beside this project's output lies that of the process, built in the same configuration.</summary>
    private static void KillAfter(int files, int spins, string folder)
    {
        string program = Path.Combine(AppContext.BaseDirectory.Replace("Yolo.MLNet.Tests", "Yolo.SavingProcess", StringComparison.Ordinal), "Yolo.SavingProcess.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        for (int saved = 0; saved < files; saved++)
        {
            if (process.StandardOutput.ReadLine() is null)
                Assert.Fail(error.Result);
        }
        Thread.SpinWait(spins);
        process.Kill();
        process.WaitForExit();
    }
}
