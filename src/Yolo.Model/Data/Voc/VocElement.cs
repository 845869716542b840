using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Yolo.Model.Files;

namespace Yolo.Model.Data.Voc;

/// <summary>An element of an annotation's XML with its line. Namespaces do not count: some programs declare one.</summary>
internal sealed partial class VocElement
{
    /// <summary>How deeply elements may be nested; VOC's are four deep.</summary>
    private const int MaximumDepth = 64;

    private List<VocElement>? _children;
    private string _text = "";

    private VocElement(string name, int line) => (Name, Line) = (name, line);

    /// <summary>Its name, without a namespace.</summary>
    public string Name { get; }

    /// <summary>Its line, from 1.</summary>
    public int Line { get; }

    /// <summary>The text in it, without what nobody sees at its ends; null where there is none.</summary>
    public string? Text => TextFile.TrimInvisible(_text) is { Length: > 0 } text ? text : null;

    /// <summary>The elements in it.</summary>
    public IReadOnlyList<VocElement> Children => _children ?? [];

    /// <summary>The first element in it of this name, or null.</summary>
    public VocElement? Child(string name) => _children?.Find(child => child.Name == name);

    /// <summary>Reads a document.</summary>
    /// <param name="text">The bytes of the document; the declaration's encoding is honoured, code pages included.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">It is no XML, or nested too deeply; the message gives name and line.</exception>
    public static VocElement Read(MemoryStream text, string name)
    {
        try
        {
            using var reader = Open(text, name);
            return Read(reader, name);
        }
        catch (XmlException exception) when (exception.Message.Contains("encoding", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"{name}({exception.LineNumber}): {exception.Message} Save the file as UTF-8, or declare its encoding in the first line.", exception);
        }
        catch (XmlException exception)
        {
            throw new InvalidDataException($"{name}({exception.LineNumber}): {exception.Message}", exception);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"{name}: expected text in the encoding that its first line declares, found bytes that are none. Save the file as UTF-8.", exception);
        }
        catch (ArgumentException exception)
        {
            // XmlReader's own, where the first bytes say UTF-8 and the declaration holds others.
            throw new InvalidDataException($"{name}(1): expected text in one encoding, found bytes that are none in the XML declaration.", exception);
        }
    }

    private static VocElement Read(XmlReader reader, string name)
    {
        VocElement? root = null;
        var open = new Stack<VocElement>();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    int line = ((IXmlLineInfo)reader).LineNumber;
                    if (open.Count >= MaximumDepth)
                        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{name}({line}): expected elements at most {MaximumDepth} deep, found deeper ones."));
                    var element = new VocElement(reader.LocalName, line);
                    root ??= element;
                    if (open.TryPeek(out var parent))
                        (parent._children ??= []).Add(element);
                    if (!reader.IsEmptyElement)
                        open.Push(element);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when open.TryPeek(out var within):
                    within._text += reader.Value;
                    break;
            }
        }
        return root!;
    }

    private static XmlReader Open(MemoryStream text, string name)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = true, IgnoreComments = true, IgnoreProcessingInstructions = true };
        text.Position = 0;
        return CodePage(text.GetBuffer().AsSpan(0, (int)text.Length), name) is { } encoding
            ? XmlReader.Create(new StreamReader(text, encoding, detectEncodingFromByteOrderMarks: false), settings)
            : XmlReader.Create(text, settings);
    }

    /// <summary>The encoding that the declaration names, where XmlReader does not know it; null where it does or there is none.</summary>
    private static System.Text.Encoding? CodePage(ReadOnlySpan<byte> bytes, string name)
    {
        const int DeclarationLength = 200;
        string head = System.Text.Encoding.Latin1.GetString(bytes[..Math.Min(DeclarationLength, bytes.Length)]);
        if (DeclaredEncoding().Match(head) is not { Success: true } match)
            return null;
        string declared = match.Groups[1].Value;
        try
        {
            // The provider is asked here, and not registered for the whole application.
            return CodePagesEncodingProvider.Instance.GetEncoding(declared, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback) is { } page && !IsKnown(declared) ? page : null;
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{name}(1): expected a known encoding in the XML declaration, found '{declared}'. Save the file as UTF-8.", exception);
        }
    }

    private static bool IsKnown(string encoding) =>
        encoding.ToUpperInvariant() is "UTF-8" or "UTF8" or "UTF-16" or "UTF-16LE" or "UTF-16BE" or "UTF-32" or "US-ASCII" or "ASCII" or "ISO-8859-1" or "LATIN1";

    [GeneratedRegex("""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex DeclaredEncoding();
}
