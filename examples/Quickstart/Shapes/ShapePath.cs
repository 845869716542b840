using SkiaSharp;

namespace Quickstart.Shapes;

/// <summary>The classes of the drawn data set.</summary>
internal enum ShapeKind
{
    Circle,
    Square,
    Triangle,
    Star,
}

/// <summary>Outlines of the shapes.</summary>
internal static class ShapePath
{
    /// <summary>Number of shapes.</summary>
    public static int KindCount { get; } = Enum.GetValues<ShapeKind>().Length;

    /// <summary>Class name of a shape, as the annotations have it.</summary>
    public static string Name(ShapeKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>A shape whose outermost points lie <paramref name="radius"/> pixels from its centre, turned by an angle in radians.</summary>
    public static SKPath Create(ShapeKind kind, float radius, float angle, SKPoint center)
    {
        if (kind != ShapeKind.Circle)
            return Polygon(kind == ShapeKind.Star ? 10 : kind == ShapeKind.Square ? 4 : 3, radius, kind == ShapeKind.Star ? 0.42f : 1, angle, center);
        var path = new SKPath();
        path.AddCircle(center.X, center.Y, radius);
        return path;
    }

    /// <summary>A regular polygon, with every second point drawn in by a factor.</summary>
    private static SKPath Polygon(int points, float radius, float secondFactor, float angle, SKPoint center)
    {
        var corners = new SKPoint[points];
        for (int i = 0; i < points; i++)
        {
            var (sin, cos) = MathF.SinCos(angle + MathF.Tau * i / points);
            float distance = i % 2 == 1 ? radius * secondFactor : radius;
            corners[i] = new(center.X + distance * cos, center.Y + distance * sin);
        }
        var path = new SKPath();
        path.AddPoly(corners, close: true);
        return path;
    }
}
