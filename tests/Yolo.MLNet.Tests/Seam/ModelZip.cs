using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>Names another assembly as the home of the component. ML.NET's header, ModelHeader.cs: FpTail at 0x80, FpLim at 0x88, FpAssemblyName at 0x90, CbAssemblyName at 0x98; the name is UTF-16,
    /// behind it the tail of eight bytes.</summary>
    public static void NameAssembly(string path, string assembly) => Rewrite(path, "Model.key", key =>
    {
        int start = (int)BitConverter.ToInt64(key, 0x90);
        byte[] name = Encoding.Unicode.GetBytes(assembly), renamed = [.. key[..start], .. name, .. key[^8..]];
        BitConverter.TryWriteBytes(renamed.AsSpan(0x80), (long)(renamed.Length - 8));
        BitConverter.TryWriteBytes(renamed.AsSpan(0x88), (long)renamed.Length);
        BitConverter.TryWriteBytes(renamed.AsSpan(0x98), (uint)name.Length);
        return renamed;
    });

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
