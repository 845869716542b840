using System.Globalization;
using System.Text;

namespace Yolo.Model.Geometry;

/// <summary>An axis-aligned box given by its centre and size, the form in which YOLOv2 regresses boxes.</summary>
/// <param name="X">Centre, in the caller's unit (grid cells where a network is trained).</param>
/// <param name="Y">Centre; y grows downwards.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public readonly record struct CenterBox(float X, float Y, float Width, float Height)
{
    /// <summary>Width and height alone.</summary>
    public BoxShape Shape => new(Width, Height);

    // The numbers as in any other text of this library, whatever the culture of the user.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"X = {X}, Y = {Y}, Width = {Width}, Height = {Height}");
        return true;
    }
}
