namespace Yolo.Model.Quantization;

/// <summary>The values of a tensor that eight bits can tell apart: 256 levels from <paramref name="Low"/> to <paramref name="High"/>, of which one is zero. What lies
/// outside is clipped.</summary>
/// <param name="Low">Lowest value, at most 0.</param>
/// <param name="High">Highest value, above <paramref name="Low"/> and at least 0.</param>
public readonly record struct ActivationRange(float Low, float High)
{
    private const int Levels = 255;

    /// <summary>Pixels from 0 to 1, as 8-bit images have them.</summary>
    internal static ActivationRange Pixels { get; } = new(0, 1);

    /// <summary>Whether the ends are finite, hold zero between them and lie far enough apart for levels that differ.</summary>
    internal bool IsPossible => float.IsFinite(Low) && float.IsFinite(High) && Low <= 0 && High >= 0 && float.IsNormal(Scale);

    /// <summary>Distance of two levels.</summary>
    public float Scale => (High - Low) / Levels;

    /// <summary>The level that means zero, 0 to 255.</summary>
    public byte ZeroPoint => (byte)Math.Clamp(MathF.Round(-Low / Scale), 0, Levels);

    /// <summary>The smallest range that holds both.</summary>
    internal ActivationRange Union(ActivationRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>The value that a level stands for which is nearest to <paramref name="value"/>.</summary>
    internal float Round(float value)
    {
        float scale = Scale;
        return (Math.Clamp(MathF.Round(value / scale) + ZeroPoint, 0, Levels) - ZeroPoint) * scale;
    }
}
