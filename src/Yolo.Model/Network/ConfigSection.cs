using System.Collections.Immutable;
using System.Globalization;

namespace Yolo.Model.Network;

/// <summary>One <c>[section]</c> of a .cfg text: its options, read by name, and errors that name file and line.</summary>
internal sealed class ConfigSection(string file, string name, int line)
{
    private readonly Dictionary<string, (string Text, int Line)> _options = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The name without its brackets.</summary>
    public string Name { get; } = name;

    /// <summary>Adds an option. Of two with one name the first counts, as in Darknet (option_list.c, <c>option_find</c>).</summary>
    public void Add(string key, string text, int line) => _options.TryAdd(key, (text, line));

    /// <summary>The option as written, without white space, or null.</summary>
    public string? Text(string key)
    {
        _read.Add(key);
        return _options.TryGetValue(key, out var option) ? option.Text : null;
    }

    /// <summary>An integer from <paramref name="minimum"/> up.</summary>
    /// <exception cref="InvalidDataException">It is no such integer.</exception>
    public int Integer(string key, int fallback, int minimum = int.MinValue) => Text(key) is { } text ? ParseInteger(key, text, minimum) : fallback;

    /// <summary>An integer from 1 up that must be there.</summary>
    /// <exception cref="InvalidDataException">It is absent or no such integer.</exception>
    public int Required(string key) => Text(key) is { } text ? ParseInteger(key, text, minimum: 1) : throw Invalid($"no {key}");

    /// <summary>Whether an integer option is not 0.</summary>
    /// <exception cref="InvalidDataException">It is no integer.</exception>
    public bool Flag(string key, bool fallback = false) => Integer(key, fallback ? 1 : 0) != 0;

    /// <summary>A finite number.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public float Number(string key, float fallback) => Text(key) is { } text ? ParseNumber(key, text) : fallback;

    /// <summary>Finite numbers with commas between them, or null.</summary>
    /// <exception cref="InvalidDataException">One of them is none.</exception>
    public float[]? Numbers(string key) => Text(key) is { } text ? [.. text.Split(',').Select(part => ParseNumber(key, part))] : null;

    /// <summary>Integers with commas between them, or null.</summary>
    /// <exception cref="InvalidDataException">One of them is none.</exception>
    public int[]? Integers(string key) => Text(key) is { } text ? [.. text.Split(',').Select(part => ParseInteger(key, part, int.MinValue))] : null;

    /// <summary>Refuses options that would change what the layer computes, unless they are absent or say <paramref name="neutral"/>.</summary>
    /// <exception cref="NotSupportedException">One says something else.</exception>
    public void Refuse(int neutral, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (Text(key) is { } text && (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || value != neutral))
                throw NotSupported($"{key}={text}, which is not supported", key);
        }
    }

    /// <summary>The options that nothing has read.</summary>
    public ImmutableSortedDictionary<string, string> Rest() =>
        _options.Where(option => !_read.Contains(option.Key)).ToImmutableSortedDictionary(option => option.Key, option => option.Value.Text, StringComparer.Ordinal);

    /// <summary>Malformed content: <c>yolov2.cfg(241): [region] has num=5 but 4 anchor pairs.</c>, at the option's line or else the section's.</summary>
    public InvalidDataException Invalid(string problem, string? key = null) => new($"{Place(key)}: [{Name}] has {problem}.");

    /// <summary>Malformed content at the section's line, in a sentence of the caller's.</summary>
    public InvalidDataException InvalidLayer(string problem) => new($"{Place(null)}: [{Name}]: {problem}.");

    /// <summary>Valid content that the library does not handle.</summary>
    public NotSupportedException NotSupported(string problem, string? key = null) => new($"{Place(key)}: [{Name}] has {problem}.");

    /// <summary>A section that the library does not know.</summary>
    public NotSupportedException UnknownLayer() =>
        new($"{Place(null)}: [{Name}] layers are not supported; known are convolutional, maxpool, avgpool, upsample, route, shortcut, reorg, reorg3d and region.");

    private int ParseInteger(string key, string text, int minimum)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            throw Invalid($"{key}={text}, where an integer is expected", key);
        return value >= minimum ? value : throw Invalid($"{key}={text}, where at least {minimum} is expected", key);
    }

    private float ParseNumber(string key, string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw Invalid($"{key} with '{text}', where a finite number is expected", key);

    private string Place(string? key) => $"{file}({(key is not null && _options.TryGetValue(key, out var option) ? option.Line : line)})";
}
