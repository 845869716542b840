using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Yolo.Model.Encoding;

namespace Yolo.CommandLine.Detectors;

/// <summary>The options that say which boxes are reported.</summary>
internal sealed class ThresholdOptions
{
    /// <summary>Lowest score.</summary>
    public Option<float?> Score { get; } = Between("--score", "Lowest score reported, above 0 and below 1. [default: 0.25]", value => value is > 0 and < 1);

    /// <summary>Overlap above which the lower of two boxes goes.</summary>
    public Option<float?> IoU { get; } = Between("--iou", "IoU above which the lower-scoring of two boxes is dropped, 0 to 1. [default: 0.45]", value => value is >= 0 and <= 1);

    /// <summary>Both, for <c>WithOptions</c>.</summary>
    public Option[] All => [Score, IoU];

    /// <summary>The detector's options.</summary>
    public DetectionOptions Get(ParseResult parsed)
    {
        var defaults = new DetectionOptions();
        return defaults with { ScoreThreshold = parsed.GetValue(Score) ?? defaults.ScoreThreshold, IoUThreshold = parsed.GetValue(IoU) ?? defaults.IoUThreshold };
    }

    private static Option<float?> Between(string name, string description, Func<float, bool> valid) => new(name)
    {
        Description = description,
        HelpName = "0..1",
        CustomParser = result => Parse(result, name, valid),
    };

    private static float? Parse(ArgumentResult result, string name, Func<float, bool> valid)
    {
        string text = result.Tokens[^1].Value;
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && valid(value))
            return value;
        result.AddError($"{name} must be a number from 0 to 1; found {text}.");
        return null;
    }
}
