using System.Text.Json;

namespace Yolo.Model.Files;

/// <summary>Reads JSON (RFC 8259) in UTF-8 from a stream of any length, a token or an element at a time. It holds one element or token and
/// a chunk, never the text.</summary>
internal sealed class JsonStream
{
    /// <summary>Bytes that are read at once: 64 KiB.</summary>
    public const int DefaultChunk = 1 << 16;

    /// <summary>Most bytes of an element or token: 256 MiB. The longest segmentations have some megabytes.</summary>
    public const int MaximumElement = 1 << 28;

    private static readonly byte[] s_byteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly Stream _stream;
    private readonly string _name;
    private byte[] _buffer;
    private int _start, _end, _counted;
    private bool _ended;
    private JsonReaderState _state;

    /// <summary>A reader of a stream, which is left open.</summary>
    /// <param name="stream">The text, from its position.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="chunk">Bytes that are read at once, at least 4.</param>
    /// <exception cref="InvalidDataException">The text is in UTF-16 or UTF-32.</exception>
    public JsonStream(Stream stream, string name, int chunk = DefaultChunk)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunk, 4);
        (_stream, _name, _buffer) = (stream, name, new byte[chunk]);
        Fill();
        var head = _buffer.AsSpan(0, _end);
        if (head.StartsWith(s_byteOrderMark))
            _start = _counted = s_byteOrderMark.Length;
        // Of JSON, the first two characters are ASCII.
        else if (head.StartsWith<byte>([0xFE, 0xFF]) || head.StartsWith<byte>([0xFF, 0xFE]) || head is [0, ..] or [_, 0, ..])
            throw new InvalidDataException($"{name}: expected text in UTF-8, found UTF-16 or UTF-32; save the file as UTF-8.");
    }

    /// <summary>Line of the token or element that was read last, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The name, after <see cref="Read"/> came to one.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Reads the next token; <see cref="JsonTokenType.None"/> at the end of the text.</summary>
    /// <exception cref="InvalidDataException">The text is no JSON, or a token is too long.</exception>
    /// <exception cref="InvalidOperationException">A name is no UTF-8.</exception>
    public JsonTokenType Read()
    {
        while (true)
        {
            var reader = Reader();
            try
            {
                if (reader.Read())
                {
                    CountLines(_start + (int)reader.TokenStartIndex);
                    if (reader.TokenType == JsonTokenType.PropertyName)
                        Name = reader.GetString()!;
                    Commit(ref reader);
                    return reader.TokenType;
                }
            }
            catch (JsonException exception)
            {
                throw NoJson(exception);
            }
            Commit(ref reader);
            if (_ended)
                return JsonTokenType.None;
            Fill();
        }
    }

    /// <summary>Reads the next element of the array whose start or element was read last; null at its end. The caller disposes
    /// it.</summary>
    /// <exception cref="InvalidDataException">The text is no JSON, or the element is too long.</exception>
    public JsonDocument? ReadElement()
    {
        while (true)
        {
            var reader = Reader();
            try
            {
                if (reader.Read())
                {
                    CountLines(_start + (int)reader.TokenStartIndex);
                    JsonDocument? element = null;
                    if (reader.TokenType == JsonTokenType.EndArray || JsonDocument.TryParseValue(ref reader, out element))
                    {
                        Commit(ref reader);
                        return element;
                    }
                }
            }
            catch (JsonException exception)
            {
                throw NoJson(exception);
            }
            // Of an element that the buffer holds in part nothing is taken; it is read again after more has come.
            Fill();
        }
    }

    /// <summary>Passes over the rest of the object or array whose start was read last, without holding it.</summary>
    /// <exception cref="InvalidDataException">The text is no JSON, or a token is too long.</exception>
    public void SkipRest()
    {
        int depth = 1;
        while (true)
        {
            var reader = Reader();
            try
            {
                while (depth > 0 && reader.Read())
                {
                    depth += reader.TokenType switch
                    {
                        JsonTokenType.StartArray or JsonTokenType.StartObject => 1,
                        JsonTokenType.EndArray or JsonTokenType.EndObject => -1,
                        _ => 0,
                    };
                }
            }
            catch (JsonException exception)
            {
                throw NoJson(exception);
            }
            Commit(ref reader);
            if (depth == 0)
                return;
            Fill();
        }
    }

    private Utf8JsonReader Reader() => new(_buffer.AsSpan(_start, _end - _start), _ended, _state);

    private void Commit(ref Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    /// <summary>Fills the buffer behind what is not read yet; doubles it where that leaves no room.</summary>
    private void Fill()
    {
        CountLines(_start);
        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        (_counted, _end, _start) = (_counted - _start, _end - _start, 0);
        if (_end == _buffer.Length)
        {
            if (_end >= MaximumElement)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{_name}({Line}): expected an entry of at most {MaximumElement >> 20} MiB, found a longer one."));
            }
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        int read = _stream.ReadAtLeast(_buffer.AsSpan(_end), _buffer.Length - _end, throwOnEndOfStream: false);
        _ended = _end + read < _buffer.Length;
        _end += read;
    }

    private void CountLines(int position)
    {
        if (position <= _counted)
            return;
        Line += _buffer.AsSpan(_counted, position - _counted).Count((byte)'\n');
        _counted = position;
    }

    /// <summary>The reader's own words, without the numbers that it counts from 0.</summary>
    private InvalidDataException NoJson(JsonException exception)
    {
        string problem = exception.Message;
        int numbers = problem.IndexOf(" LineNumber:", StringComparison.Ordinal);
        problem = numbers < 0 ? problem : problem[..numbers];
        return new(FormattableString.Invariant($"{_name}({exception.LineNumber + 1}): expected JSON: {problem}"), exception);
    }
}
