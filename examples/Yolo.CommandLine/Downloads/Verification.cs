using System.Security.Cryptography;
using Yolo.CommandLine.Output;
using Yolo.Model.Files;

namespace Yolo.CommandLine.Downloads;

/// <summary>Says whether a file is what it should be: its size, its published checksum, and the SHA-256 that an earlier download noted beside it.</summary>
internal sealed class Verification(Terminal terminal)
{
    /// <summary>Extension of the file that notes the SHA-256, in the format of <c>sha256sum</c>.</summary>
    public const string NoteExtension = ".sha256";

    /// <summary>Verifies a file and notes its SHA-256.</summary>
    /// <param name="file">What is known of it.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="finalPath">Where it will be; null: where it is.</param>
    /// <exception cref="InvalidDataException">It is not what it should be.</exception>
    public void Verify(RemoteFile file, string path, string? finalPath = null)
    {
        string name = finalPath ?? path;
        long length = new FileInfo(path).Length;
        if (!file.Sizes.Contains(length))
            throw new InvalidDataException(FormattableString.Invariant($"{name}: expected {SizesOf(file)} bytes, found {length:N0}. Delete it to download it anew."));
        file.Inspect(path);
        string sha256 = Hash(path, HashAlgorithmName.SHA256);
        if (file.Checksum is { } checksum)
        {
            string found = Hash(path, checksum.Algorithm);
            if (found != checksum.Hex)
                throw new InvalidDataException($"{name}: expected {checksum}, found {found}. Delete it to download it anew.");
        }
        string note = name + NoteExtension;
        if (File.Exists(note) && File.ReadAllText(note).Split(' ')[0] is var noted && noted != sha256)
            throw new InvalidDataException($"{name}: {note} notes SHA-256 {noted} of an earlier download, found {sha256}. If the change is meant, delete {note}.");
        AtomicFile.Write(note, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes($"{sha256}  {file.Name}\n")));
        terminal.Line(FormattableString.Invariant($"{name}: {length:N0} bytes as expected; ")
            + (file.Checksum is null ? "no checksum was published" : $"{file.Checksum.Algorithm.Name} as published") + $"; SHA-256 {sha256}, noted in {note}");
    }

    /// <summary>The sizes that a file may have, as text.</summary>
    public static string SizesOf(RemoteFile file) => string.Join(" or ", file.Sizes.Select(size => FormattableString.Invariant($"{size:N0}")));

    private static string Hash(string path, HashAlgorithmName algorithm)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(CryptographicOperations.HashData(algorithm, stream));
    }
}
