using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Yolo.Fuzzing;

/// <summary>Changes inputs at random, the way AFL's havoc stage does: bits, bytes, numbers, blocks, and words that the readers know.</summary>
internal sealed class Mutator
{
    /// <summary>Longest input made.</summary>
    public const int MaximumLength = 1 << 14;

    private static readonly byte[][] s_numbers =
        [.. ((string[])["0", "-0", "-1", "1", "2", "255", "65536", "2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807", "99999999999999999999", "1e9", "1e-30", "3.4e38", "1e400", "-1e400", "NaN", "Infinity", ".", "0x10", "1_000", "\u0661"])
            .Select(Encoding.UTF8.GetBytes)];
    private static readonly int[] s_interesting = [0, 1, -1, 2, 16, 32, 64, 100, 127, -128, 128, 255, 256, 1000, 1024, 4096, 32767, -32768, 65535, 65536, 100_000_000, int.MaxValue, int.MinValue, 0x7F800000, 0x7FC00000];

    private readonly Random _random;
    private readonly byte[][] _words;

    /// <summary>Takes the words from the inputs that are there and from the texts in the code that reads them.</summary>
    public Mutator(int seed, IEnumerable<byte[]> inputs)
    {
        _random = new(seed);
        _words = [.. Literals().Concat(inputs.SelectMany(Words)).Distinct(StringComparer.Ordinal).Select(Encoding.Latin1.GetBytes)];
    }

    /// <summary>A changed copy of an input; parts may come from another.</summary>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (int count = 1 << _random.Next(5); count > 0; count--)
            Change(bytes, other);
        if (bytes.Count > MaximumLength)
            bytes.RemoveRange(MaximumLength, bytes.Count - MaximumLength);
        return [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        int at = _random.Next(bytes.Count + 1);
        switch (bytes.Count == 0 ? 5 + _random.Next(3) : _random.Next(14))
        {
            case 0:
                bytes[at % bytes.Count] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[at % bytes.Count] = (byte)_random.Next(256);
                break;
            case 2:
                bytes[at % bytes.Count] += (byte)(_random.Next(71) - 35);
                break;
            case 3:
                Overwrite(bytes, at, Interesting());
                break;
            case 4:
                bytes.RemoveRange(at, Block(bytes.Count - at));
                break;
            case 5:
                bytes.InsertRange(at, Enumerable.Repeat((byte)_random.Next(256), Block(64)).ToArray());
                break;
            case 6 or 7:
                bytes.InsertRange(at, One(_words));
                break;
            case 8:
                Overwrite(bytes, at, One(_words));
                break;
            case 9:
                bytes.InsertRange(at, Part(bytes.ToArray()));
                break;
            case 10:
                Overwrite(bytes, at, Part(bytes.ToArray()));
                break;
            case 11:
                bytes.InsertRange(at, Part(other));
                break;
            case 12:
                ReplaceNumber(bytes, at);
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(Math.Min(at, other.Length)));
                break;
        }
    }

    private byte[] Interesting()
    {
        byte[] value = new byte[4];
        if (_random.Next(2) == 0)
            BinaryPrimitives.WriteInt32LittleEndian(value, One(s_interesting));
        else
            BinaryPrimitives.WriteInt32BigEndian(value, One(s_interesting));
        return value[..(1 << _random.Next(3))];
    }

    /// <summary>Puts another number in place of the digits at or behind a place.</summary>
    private void ReplaceNumber(List<byte> bytes, int at)
    {
        int start = bytes.FindIndex(Math.Min(at, bytes.Count - 1), IsDigit);
        if (start < 0)
            return;
        int end = start;
        while (end < bytes.Count && IsDigit(bytes[end]))
            end++;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, One(s_numbers));
    }

    private byte[] Part(byte[] bytes)
    {
        int start = _random.Next(bytes.Length + 1);
        return bytes.AsSpan(start, Block(bytes.Length - start)).ToArray();
    }

    /// <summary>A length, mostly short.</summary>
    private int Block(int most) => _random.Next(Math.Min(most, _random.Next(4) == 0 ? most : 32) + 1);

    private T One<T>(T[] items) => items[_random.Next(items.Length)];

    private static void Overwrite(List<byte> bytes, int at, byte[] value)
    {
        for (int i = 0; i < value.Length && at + i < bytes.Count; i++)
            bytes[at + i] = value[i];
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    private static IEnumerable<string> Words(byte[] input) =>
        Encoding.Latin1.GetString(input).Split((char[])[' ', '\n', '\r', '\t', ',', ':', '<', '>', '/', '\0'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length is > 1 and < 32).Take(200);

    private static IEnumerable<string> Literals()
    {
        using var file = File.OpenRead(typeof(Model.Network.DarknetConfig).Assembly.Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            string text = metadata.GetUserString(handle);
            if (text.Length is > 1 and < 24 && text.All(character => character is > ' ' and < '\x7F'))
                yield return text;
        }
    }
}
