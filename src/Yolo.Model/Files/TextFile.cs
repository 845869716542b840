using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Yolo.Model.Files;

/// <summary>Reads texts that others wrote, in UTF-8 unless a byte order mark says otherwise, and no more of them than <see cref="MaximumBytes"/>.</summary>
internal static class TextFile
{
    /// <summary>Most bytes of a text: 256 MiB, a list of several million images. A .cfg has thousands.</summary>
    public const long MaximumBytes = 1L << 28;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The whole text of a file.</summary>
    /// <exception cref="InvalidDataException">It is too long, or not in UTF-8.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Read(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            return ReadAll(stream, path, MaximumBytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw NoUtf8(LineThatIsNoUtf8(path), exception);
        }
    }

    /// <summary>The rest of a stream, which is left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="most">Most bytes that it may hold.</param>
    /// <exception cref="InvalidDataException">It is too long, or not in UTF-8.</exception>
    public static string Read(Stream stream, string name, long most = MaximumBytes)
    {
        try
        {
            return ReadAll(stream, name, most);
        }
        catch (DecoderFallbackException exception)
        {
            throw NoUtf8(name, exception);
        }
    }

    /// <inheritdoc cref="ReadLenient(Stream, string)"/>
    public static string ReadLenient(string path)
    {
        using var stream = File.OpenRead(path);
        return ReadLenient(stream, path);
    }

    /// <summary>The rest of a stream, which is left open, whatever its bytes: those that are no UTF-8 become U+FFFD. For texts whose meaning is in ASCII alone, such as a .cfg.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    public static string ReadLenient(Stream stream, string name)
    {
        using var reader = new StreamReader(new BoundedStream(stream, MaximumBytes, name));
        return reader.ReadToEnd();
    }

    /// <summary>The lines of a file, as they are asked for.</summary>
    /// <exception cref="InvalidDataException">It is too long, or not in UTF-8; the message gives the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var stream = File.OpenRead(path);
        using var reader = Open(stream, path, MaximumBytes);
        while (ReadLine(reader, path) is { } line)
            yield return line;
    }

    /// <summary>A text without what nobody sees at its ends: white space, byte order marks, joiners and other format characters.</summary>
    public static string TrimInvisible(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsInvisible(text[start]))
            start++;
        while (end > start && IsInvisible(text[end - 1]))
            end--;
        return text[start..end];
    }

    private static bool IsInvisible(char character) =>
        char.IsWhiteSpace(character) || char.IsControl(character) || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.Format;

    private static string ReadAll(Stream stream, string name, long most)
    {
        using var reader = Open(stream, name, most);
        return reader.ReadToEnd();
    }

    private static StreamReader Open(Stream stream, string name, long most) => new(new BoundedStream(stream, most, name), s_strict, detectEncodingFromByteOrderMarks: true, leaveOpen: true);

    private static string? ReadLine(StreamReader reader, string path)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException exception)
        {
            throw NoUtf8(LineThatIsNoUtf8(path), exception);
        }
    }

    /// <summary>The file with the first line that is no UTF-8: the reader decodes some kilobytes at once and does not know.</summary>
    private static string LineThatIsNoUtf8(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        int number = 1;
        foreach (var line in bytes.Split((byte)'\n'))
        {
            if (!Utf8.IsValid(bytes[line]))
                break;
            number++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{path}({number})");
    }

    private static InvalidDataException NoUtf8(string place, DecoderFallbackException exception) =>
        new($"{place}: expected a text in UTF-8, found the bytes {Convert.ToHexString(exception.BytesUnknown ?? [])}, which are none. Save the file as UTF-8.");
}
