using System.Globalization;
using System.IO.Compression;
using System.Reflection.Emit;
using System.Text;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Seam;

/// <summary>Models that somebody made who means harm. Each is refused, and the context that refused it loads the next one.</summary>
public sealed class HostileModelTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void Load_NoZip_IsRefused(int length)
    {
        string path = _folder.Combine("model.zip");
        byte[] noise = new byte[length];
        new Random(1).NextBytes(noise);
        File.WriteAllBytes(path, noise);

        Assert.Contains("zip archive", Assert.IsType<FormatException>(Refused(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void Load_ZipCutOff_IsRefused(double kept)
    {
        string path = Save();
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..(int)(kept * new FileInfo(path).Length)]);

        Assert.Contains("zip archive", Assert.IsType<FormatException>(Refused(path)).Message, StringComparison.Ordinal);
    }

    // 20 million zeros make 20 kilobytes.
    [Theory]
    [InlineData("model.cfg")]
    [InlineData("model.weights")]
    [InlineData("model.names")]
    public void Load_FileThatUnpacksToFarMore_IsRefusedBeforeItIsUnpacked(string name)
    {
        string path = Save();
        ModelZip.Forge(path, name, new byte[20_000_000]);

        var error = Assert.IsType<InvalidDataException>(Refused(path));

        Assert.Matches($"expected {name} to unpack to at most 100 times its [0-9,]+ bytes, found 20,000,000.", error.Message);
    }

    [Theory]
    [InlineData("model.names", "ant\nbee\ncat\ndog\n", "model.cfg and model.names make no detector. The network has 3 classes, but 4 class names were given.")]
    [InlineData("model.names", "", "model.cfg and model.names make no detector. The network has 3 classes, but 0 class names were given.")]
    [InlineData("model.cfg", "[net]\nwidth=9\nheight=9\nchannels=3\n[convolutional]\nfilters=500000000\nsize=9\nactivation=leaky\n", "model.cfg(5): [convolutional]: a kernel of 500000000 x 3 x 9 x 9 is more than")]
    [InlineData("model.cfg", "no network", "model.cfg(1): 'nonetwork' is neither a [section] nor key=value.")]
    [InlineData("model.weights", "too short", ".weights: shorter than the 16 bytes of a Darknet header.")]
    public void Load_ForgedFileWithItsChecksum_IsRefused(string name, string content, string message)
    {
        string path = Save();
        ModelZip.Forge(path, name, Encoding.UTF8.GetBytes(content));

        Assert.Contains(message, Assert.IsType<InvalidDataException>(Refused(path)).Message, StringComparison.Ordinal);
    }

    // Score threshold, IoU threshold, most detections, threads: after two floats a byte, then two integers.
    [Theory]
    [InlineData(0, 0x7FC00000)]
    [InlineData(4, 0x7F800000)]
    [InlineData(9, -1)]
    [InlineData(13, 1_000_000)]
    [InlineData(13, -1)]
    public void Load_OptionOutOfRange_IsRefused(int offset, int bits)
    {
        string path = Save();
        ModelZip.Rewrite(path, "Model.key", key =>
        {
            BitConverter.TryWriteBytes(key.AsSpan(ModelZip.OptionsOffset + offset), bits);
            return key;
        });

        Assert.Contains("an option of the model is out of range", Assert.IsType<InvalidDataException>(Refused(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.6)]
    [InlineData(0.9)]
    public void Load_KeyCutOff_IsRefused(double kept)
    {
        string path = Save();
        ModelZip.Rewrite(path, "Model.key", key => key[..(int)(kept * key.Length)]);

        Refused(path);
    }

    [Fact]
    public void Load_EntriesThatLeaveTheFolder_AreNotUnpacked()
    {
        string name = $"{Guid.NewGuid():N}.txt", path = Save();
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            foreach (string entry in (string[])["../" + name, "../../" + name, _folder.Combine(name), name])
            {
                using var stream = zip.CreateEntry(entry).Open();
                stream.WriteByte(1);
            }
        }

        using var loaded = (IDisposable)_ml.Model.Load(path, out _);

        Assert.Empty(Directory.GetFiles(_folder.Path, name));
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), name));
        Assert.Empty(Directory.GetFiles(Path.Combine(Path.GetTempPath(), ".."), name));
    }

    // ML.NET loads the assembly that Model.key names, by ModelLoading.cs with Assembly.Load: one among the application's own files, and no other.
    [Theory]
    [InlineData("Stranger")]
    [InlineData("Stranger, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null")]
    [InlineData("Stranger, CodeBase=file://{0}/Stranger.dll")]
    [InlineData("{0}/Stranger")]
    [InlineData("{0}/Stranger.dll")]
    [InlineData("../Stranger")]
    public void Load_AssemblyBesideTheModelOrInIt_IsNotLoaded(string name)
    {
        string path = Save(), assembly = _folder.Combine("Stranger.dll");
        SaveStranger(assembly);
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
            zip.CreateEntryFromFile(assembly, "Stranger.dll");
        ModelZip.NameAssembly(path, string.Format(CultureInfo.InvariantCulture, name, _folder.Path));

        var error = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(path, out _));

        Assert.IsAssignableFrom<IOException>(error.GetBaseException());
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), loaded => loaded.GetName().Name == "Stranger");
    }

    // One that is there, but has no component of that name.
    [Fact]
    public void Load_AnotherAssemblyOfTheApplication_IsRefused()
    {
        string path = Save();
        ModelZip.NameAssembly(path, "Yolo.Model");

        Assert.Contains("Couldn't load model", Assert.Throws<FormatException>(() => new MLContext().Model.Load(path, out _)).Message, StringComparison.Ordinal);
    }

    // What ModelArchive reads by reflection: where a newer Microsoft.ML lacks it, every model would be refused with NotSupportedException. See there for another way, or take the older Microsoft.ML.
    [Fact]
    public void RepositoryReader_OfThisMLNet_HasTheListOfFiles()
    {
        var field = typeof(MLContext).Assembly.GetReferencedAssemblies().Where(name => name.Name == "Microsoft.ML.Core").Select(System.Reflection.Assembly.Load).Single()
            .GetType("Microsoft.ML.RepositoryReader")?.GetField("_entries", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic);

        Assert.Equal(typeof(Dictionary<string, ZipArchiveEntry>), field?.FieldType);
    }

    public void Dispose() => _folder.Dispose();

    private static void SaveStranger(string path)
    {
        var assembly = new PersistedAssemblyBuilder(new("Stranger") { Version = new(1, 0) }, typeof(object).Assembly);
        assembly.DefineDynamicModule("Stranger").DefineType("Stranger", System.Reflection.TypeAttributes.Public).CreateType();
        assembly.Save(path);
    }

    private string Save()
    {
        string path = _folder.Combine("model.zip");
        using var transformer = new YoloV2DetectionTransformer(_ml, TestModels.Mini(), new(), new());
        _ml.Model.Save(transformer, null, path);
        return path;
    }

    /// <summary>The documented exception, which ML.NET wraps in a TargetInvocationException where it is this library's; nothing stays behind, and the same context loads a good model.</summary>
    private Exception Refused(string path)
    {
        var thrown = Assert.ThrowsAny<Exception>(() => _ml.Model.Load(path, out _));
        Exception? error = thrown;
        while (error is not (InvalidDataException or FormatException or EndOfStreamException))
            error = error.InnerException ?? throw new Xunit.Sdk.XunitException($"Undocumented: {thrown}");

        Assert.Equal([path], Directory.GetFiles(_folder.Path));
        using var loaded = (IDisposable)_ml.Model.Load(Save(), out _);
        return error;
    }
}
