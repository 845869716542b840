using Yolo.Model.Data;

namespace Yolo.MLNet.Data;

/// <summary>Keeps the parts of boxes that lie inside of their images, and finds out whether the boxes are those of other images.</summary>
/// <param name="column">The column of the boxes, for messages.</param>
/// <param name="warn">Told of boxes that are left out.</param>
internal sealed class BoxesInside(string column, Action<string> warn)
{
    /// <summary>The part of the boxes that may lie outside. One alone may in any case.</summary>
    public const double MaximumOutside = 0.1;

    private int _boxes, _outside;
    private string? _first;

    /// <summary>Leaves boxes out, in place, of which nothing lies inside of the image, and clips the others.</summary>
    /// <param name="objects">The objects of a row.</param>
    /// <param name="width">Width of its image in pixels.</param>
    /// <param name="height">Height of its image in pixels.</param>
    /// <param name="row">Number of the row.</param>
    /// <returns><paramref name="objects"/>.</returns>
    public List<LabelledObject> Of(List<LabelledObject> objects, int width, int height, long row)
    {
        int kept = 0;
        _boxes += objects.Count;
        for (int i = 0; i < objects.Count; i++)
        {
            var item = objects[i];
            bool any = TrainingImageReader.TryClip(item.Box, width, height, out var clipped);
            if (!any || clipped.Area < 0.5f * item.Box.Area)
            {
                _outside++;
                _first ??= FormattableString.Invariant($"row {row}: '{item.ClassName}' {item.Box} in an image of {width} x {height} pixels");
            }
            if (any)
                objects[kept++] = clipped == item.Box ? item : item with { Box = clipped };
            else
                warn(FormattableString.Invariant($"Row {row}: object '{item.ClassName}' is left out, its box {item.Box} has no part inside of the image ({width} x {height})."));
        }
        objects.RemoveRange(kept, objects.Count - kept);
        return objects;
    }

    /// <summary>Ends the data.</summary>
    /// <exception cref="InvalidDataException">More than one box and more than a tenth lie mostly outside.</exception>
    public void Complete()
    {
        if (_outside > 1 && _outside > MaximumOutside * _boxes)
        {
            throw new InvalidDataException(
                $"{_outside} of {_boxes} boxes in column '{column}' lie mostly outside of their images, the first in {_first}. "
                + "Boxes must be x0, y0, x1, y1 in pixels of the image in the row. After ResizeImages they are still those of the image "
                + "before. Leave ResizeImages out: the trainer resizes by itself.");
        }
    }
}
