using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Yolo.MLNet.Seam;

/// <summary>What the files in a model may unpack to. ML.NET unpacks a file to the temporary folder as soon as it is asked for, whatever its size.</summary>
internal static class ModelArchive
{
    /// <summary>Bytes that a file may have however well they are packed: 16 MiB.</summary>
    public const long UnsuspiciousBytes = 1 << 24;

    /// <summary>How many times its packed size a larger file may have: 100. Trained weights hardly pack at all; deflate reaches 1032.</summary>
    public const int MaximumRatio = 100;

    /// <summary>Throws where a file would unpack to far more than the model's own size warrants. One that is not there is left to the reader.</summary>
    /// <exception cref="InvalidDataException">It would.</exception>
    /// <exception cref="NotSupportedException">The application brings a version of ML.NET that keeps the list of files elsewhere.</exception>
    public static void CheckSize(ModelLoadContext ctx, string name)
    {
        string path = Slashed(Path.Combine(ctx.Directory ?? "", name));
        foreach (var (key, entry) in MLNetFields.Read(ctx.Repository, static repository => Entries(repository), "the files of a model"))
        {
            if (Slashed(key) == path && entry.Length > UnsuspiciousBytes && entry.Length / MaximumRatio > entry.CompressedLength)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{ctx.Directory}: expected {name} to unpack to at most {MaximumRatio} times its {entry.CompressedLength:N0} bytes, found {entry.Length:N0}."));
            }
        }
    }

    /// <summary>Reads what stands in <c>Model.key</c>.</summary>
    /// <exception cref="InvalidDataException">It ends before that does.</exception>
    public static T ReadKey<T>(ModelLoadContext ctx, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"{ctx.Directory}: Model.key ends too early: it is cut off or was changed.");
        }
    }

    // Which of the two ML.NET's own names have depends on its version.
    private static string Slashed(string path) => path.Replace('\\', '/');

    // The only way to a file's size before it is unpacked; nothing that ML.NET has made public or internal gives it.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entries")]
    private static extern ref Dictionary<string, ZipArchiveEntry> Entries(RepositoryReader repository);
}
