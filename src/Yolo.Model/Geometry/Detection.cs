using System.Globalization;
using System.Text;

namespace Yolo.Model.Geometry;

/// <summary>One detected object.</summary>
/// <param name="Box">Where it is, in pixels of the image it was found in.</param>
/// <param name="ClassIndex">Index into the model's class names.</param>
/// <param name="Score">Objectness times class probability, 0 to 1.</param>
public readonly record struct Detection(BoundingBox Box, int ClassIndex, float Score)
{
    // The numbers as in any other text of this library, whatever the culture of the user.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Box = {Box}, ClassIndex = {ClassIndex}, Score = {Score}");
        return true;
    }
}
