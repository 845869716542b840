using System.IO.Compression;
using System.Security.Cryptography;
using Xunit;

namespace Yolo.MLNet.Tests.Seam;

/// <summary>Changes saved models as somebody might who means harm.</summary>
internal static class ModelZip
{
    // ML.NET's header has 0x100 bytes; a SHA-256 per file follows, in this order.
    private const int HeaderLength = 0x100;
    private static readonly string[] s_files = ["model.cfg", "model.weights", "model.names"];

    /// <summary>Where the options begin in <c>Model.key</c>.</summary>
    public const int OptionsOffset = HeaderLength + 3 * 32;

    /// <summary>The one entry of a name, in whatever folder.</summary>
    public static ZipArchiveEntry Entry(ZipArchive zip, string name) => Assert.Single(zip.Entries, entry => Path.GetFileName(entry.FullName.Replace('\\', '/')) == name);

    /// <summary>Changes an entry; null removes it.</summary>
    public static void Rewrite(string path, string name, Func<byte[], byte[]?> change)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        var entry = Entry(zip, name);
        string fullName = entry.FullName;
        using var content = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(content);
        entry.Delete();
        if (change(content.ToArray()) is not { } changed)
            return;
        using var target = zip.CreateEntry(fullName).Open();
        target.Write(changed);
    }

    /// <summary>Replaces an entry, and its checksum with it.</summary>
    public static void Forge(string path, string name, byte[] content)
    {
        Rewrite(path, name, _ => content);
        Rewrite(path, "Model.key", key =>
        {
            SHA256.HashData(content).CopyTo(key, HeaderLength + 32 * Array.IndexOf(s_files, name));
            return key;
        });
    }
}
