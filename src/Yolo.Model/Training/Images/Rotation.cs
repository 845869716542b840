using Yolo.Model.Geometry;

namespace Yolo.Model.Training.Images;

/// <summary>Turns a picture about its center, clockwise, and boxes with it.</summary>
internal readonly struct Rotation
{
    private const float Grey = 0.5f;

    private readonly int _width, _height;
    private readonly float _cosine, _sine;

    /// <summary>A rotation of a picture.</summary>
    /// <param name="degrees">By how much.</param>
    /// <param name="width">Width of the picture, pixels.</param>
    /// <param name="height">Height of the picture, pixels.</param>
    public Rotation(float degrees, int width, int height)
    {
        (_width, _height) = (width, height);
        (_sine, _cosine) = MathF.SinCos(degrees * (MathF.PI / 180));
    }

    /// <summary>Turns planar pixels, <c>[3, height, width]</c>, in place, by bilinear sampling; what comes from outside is grey.</summary>
    public void Apply(Span<float> pixels)
    {
        using var source = new RentedBuffer<float>(pixels.Length);
        pixels.CopyTo(source.Span);
        int plane = _width * _height;
        for (int y = 0; y < _height; y++)
        {
            for (int x = 0; x < _width; x++)
            {
                var (fromX, fromY) = Turn(x + 0.5f, y + 0.5f, -_sine);
                for (int channel = 0; channel < 3; channel++)
                {
                    var from = source.Span.Slice(channel * plane, plane);
                    pixels[channel * plane + y * _width + x] = Sample(from, fromX - 0.5f, fromY - 0.5f);
                }
            }
        }
    }

    /// <summary>The upright box around a turned one.</summary>
    public BoundingBox Around(BoundingBox box)
    {
        var (centerX, centerY) = Turn(box.CenterX, box.CenterY, _sine);
        float cosine = MathF.Abs(_cosine), sine = MathF.Abs(_sine);
        return BoundingBox.FromCenter(centerX, centerY, cosine * box.Width + sine * box.Height, sine * box.Width + cosine * box.Height);
    }

    private (float X, float Y) Turn(float x, float y, float sine)
    {
        float centerX = 0.5f * _width, centerY = 0.5f * _height;
        (x, y) = (x - centerX, y - centerY);
        return (centerX + _cosine * x - sine * y, centerY + sine * x + _cosine * y);
    }

    private float Sample(ReadOnlySpan<float> plane, float x, float y)
    {
        int left = (int)MathF.Floor(x), top = (int)MathF.Floor(y);
        float right = x - left, bottom = y - top;
        return (1 - bottom) * ((1 - right) * At(plane, left, top) + right * At(plane, left + 1, top))
            + bottom * ((1 - right) * At(plane, left, top + 1) + right * At(plane, left + 1, top + 1));
    }

    private float At(ReadOnlySpan<float> plane, int x, int y) =>
        (uint)x < (uint)_width && (uint)y < (uint)_height ? plane[y * _width + x] : Grey;
}
