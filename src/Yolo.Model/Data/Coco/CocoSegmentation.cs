using System.Text.Json;
using Yolo.Model.Geometry;

namespace Yolo.Model.Data.Coco;

/// <summary>Bounding boxes of COCO's segmentations: lists of polygons, and run lengths of a mask.</summary>
internal static class CocoSegmentation
{
    /// <summary>The box around a segmentation, pixels; null where it is absent, empty or malformed.</summary>
    public static BoundingBox? Bounds(JsonElement? segmentation) => segmentation switch
    {
        { ValueKind: JsonValueKind.Array } polygons => BoundsOfPolygons(polygons),
        { ValueKind: JsonValueKind.Object } mask => BoundsOfMask(mask),
        _ => null,
    };

    /// <summary>Polygons are lists of x, y, x, y, ...; lists of points, deeper lists and a single polygon are taken as well.</summary>
    private static BoundingBox? BoundsOfPolygons(JsonElement list)
    {
        BoundingBox? bounds = null;
        if (list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Array))
        {
            foreach (var inner in list.EnumerateArray())
            {
                if (inner.GetArrayLength() > 0)
                    bounds = BoundsOfPolygons(inner) is { } box ? Around(bounds, box) : null;
                if (bounds is null && inner.GetArrayLength() > 0)
                    return null;
            }
            return bounds;
        }
        if (list.GetArrayLength() % 2 != 0)
            return null;
        for (int i = 0; i < list.GetArrayLength(); i += 2)
        {
            if (CocoValues.Number(list[i]) is not { } x || CocoValues.Number(list[i + 1]) is not { } y)
                return null;
            bounds = Around(bounds, new((float)x, (float)y, (float)x, (float)y));
        }
        return bounds;
    }

    private static BoundingBox Around(BoundingBox? one, BoundingBox other) => one is { } box
        ? new(MathF.Min(box.Left, other.Left), MathF.Min(box.Top, other.Top), MathF.Max(box.Right, other.Right),
            MathF.Max(box.Bottom, other.Bottom))
        : other;

    /// <summary>Runs of pixels outside and inside by turns, column by column: <c>{"size": [height, width], "counts": ...}</c>, as rleToBbox
    /// in cocoapi's maskApi.c.</summary>
    private static BoundingBox? BoundsOfMask(JsonElement mask)
    {
        if (CocoValues.Property(mask, "size"u8) is not { ValueKind: JsonValueKind.Array } size || size.GetArrayLength() != 2
            || CocoValues.Whole(size[0]) is not ({ } height and > 0 and <= int.MaxValue)
            || CocoValues.Whole(size[1]) is not ({ } width and > 0 and <= int.MaxValue))
        {
            return null;
        }
        var runs = CocoValues.Property(mask, "counts"u8) switch
        {
            { ValueKind: JsonValueKind.Array } counts => [.. counts.EnumerateArray().Select(count => CocoValues.Whole(count) ?? -1)],
            { ValueKind: JsonValueKind.String } counts => Decompress(counts.GetString()!),
            _ => null,
        };
        return runs is null ? null : BoundsOfRuns(runs, width, height);
    }

    private static BoundingBox? BoundsOfRuns(List<long> runs, long width, long height)
    {
        long position = 0, left = width, top = height, right = -1, bottom = -1;
        for (int i = 0; i < runs.Count; i++)
        {
            long length = runs[i];
            if (length < 0 || length > width * height - position)
                return null;
            if (i % 2 == 1 && length > 0)
            {
                long last = position + length - 1, first = position / height;
                bool oneColumn = first == last / height;
                (left, right) = (Math.Min(left, first), Math.Max(right, last / height));
                (top, bottom) = oneColumn ? (Math.Min(top, position % height), Math.Max(bottom, last % height)) : (0, height - 1);
            }
            position += length;
        }
        return right < 0 ? null : new(left, top, right + 1, bottom + 1);
    }

    /// <summary>Five bits a character from '0' on, the sixth for "more to come", from the third run on as differences to the run before the
    /// last: rleFrString in cocoapi's maskApi.c.</summary>
    private static List<long>? Decompress(string text)
    {
        var runs = new List<long>();
        for (int i = 0; i < text.Length;)
        {
            long run = 0;
            int shift = 0, bits;
            do
            {
                if (i == text.Length || shift > 55 || text[i] is < '0' or > 'o')
                    return null;
                bits = text[i++] - '0';
                run |= (long)(bits & 0x1f) << shift;
                shift += 5;
            }
            while ((bits & 0x20) != 0);
            if ((bits & 0x10) != 0)
                run |= -1L << shift;
            runs.Add(runs.Count > 2 ? run + runs[^2] : run);
        }
        return runs;
    }
}
