using System.Globalization;
using System.Text;

namespace Yolo.Model.Geometry;

/// <summary>Width and height of a box without its place, in pixels, grid cells or fractions of an image, as the caller chooses.</summary>
/// <param name="Width">Width, at least 0.</param>
/// <param name="Height">Height, at least 0.</param>
public readonly record struct BoxShape(float Width, float Height)
{
    /// <summary>Intersection over union of the two boxes when they share a centre: the similarity that anchors are clustered and matched by
    /// (YOLO9000, section 2, "Dimension Clusters").</summary>
    /// <returns>0 where either shape is empty, 1 for equal shapes.</returns>
    public float IoU(BoxShape other)
    {
        float intersection = MathF.Min(Width, other.Width) * MathF.Min(Height, other.Height);
        float union = Width * Height + other.Width * other.Height - intersection;
        return union > 0 ? intersection / union : 0;
    }

    // The numbers as in any other text of this library, whatever the culture of the user.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Width = {Width}, Height = {Height}");
        return true;
    }
}
