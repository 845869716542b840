using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Quickstart;

/// <summary>Kinds of options that check their values. Linked into Yolo.CommandLine.</summary>
internal static class OptionKinds
{
    /// <summary>A whole number, at least a minimum.</summary>
    public static Option<int?> AtLeast(string name, int minimum, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= minimum)
                return value;
            result.AddError($"{name} must be a whole number, at least {minimum}; found {text}.");
            return null;
        },
    };

    /// <summary>The size of a network's input.</summary>
    public static Option<(int Width, int Height)?> Size() => new("--size", "-s")
    {
        Description = "Size of the network's input in pixels, multiples of 32. [default: as the network has it]",
        HelpName = "N or WxH",
        CustomParser = ParseSize,
    };

    private static (int Width, int Height)? ParseSize(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        string[] parts = text.Split('x', 'X');
        int width = 0, height = 0;
        bool valid = parts.Length is 1 or 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out width)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out height)
            && width > 0 && height > 0 && width % 32 == 0 && height % 32 == 0;
        if (valid)
            return (width, height);
        result.AddError($"--size must be a multiple of 32, such as 416, or two of them, such as 608x416; found {text}.");
        return null;
    }
}
