using System.Globalization;
using System.Text.Json;

namespace Yolo.Model.Data.Coco;

/// <summary>Numbers and flags of COCO files as programs write them: as numbers, and as texts of numbers.</summary>
internal static class CocoValues
{
    /// <summary>Whole numbers up to it are exact as <see cref="double"/>: 2 to the power of 53.</summary>
    private const double LargestExact = 1L << 53;

    /// <summary>A property; null where it is absent or null.</summary>
    public static JsonElement? Property(JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A finite number: <c>2</c>, <c>2.5</c>, <c>"2.5"</c>; else null.</summary>
    public static double? Number(JsonElement? element)
    {
        double number = double.NaN;
        bool valid = element switch
        {
            { ValueKind: JsonValueKind.Number } value => value.TryGetDouble(out number),
            { ValueKind: JsonValueKind.String } value =>
                double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
        return valid && double.IsFinite(number) ? number : null;
    }

    /// <summary>A whole number: <c>2</c>, <c>2.0</c>, <c>"2"</c>; else null.</summary>
    public static long? Whole(JsonElement? element)
    {
        if (element is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long id))
            return id;
        if (element is { ValueKind: JsonValueKind.String } text
            && long.TryParse(text.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out id))
            return id;
        return Number(element) is { } number && Math.Abs(number) <= LargestExact && number == Math.Truncate(number) ? (long)number : null;
    }

    /// <summary>A flag: 0 or 1, as a number, a text or a truth value, absent for false; null where it is something else.</summary>
    public static bool? Flag(JsonElement? element) => element switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.String } value when bool.TryParse(value.GetString(), out bool truth) => truth,
        { ValueKind: JsonValueKind.String } value when string.IsNullOrWhiteSpace(value.GetString()) => false,
        _ => Number(element) is { } number ? number != 0 : null,
    };

    /// <summary>A text that is not empty, or a number as text; else null.</summary>
    public static string? Text(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.String } value when value.GetString() is { Length: > 0 } text => text,
        { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
        _ => null,
    };
}
