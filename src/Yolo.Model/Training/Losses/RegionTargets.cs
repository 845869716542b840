using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Training.Losses;

/// <summary>All that a loss has to know of the true boxes of some images, in one array of numbers that goes to the device at once.</summary>
/// <remarks>First the rows of the matched predictions, then their indices, then the boxes that make a prediction no background, in blocks: up to
/// <see cref="BlockRows"/> boxes of each image that has so many. Blocks bound the memory that one crowded image costs the others.</remarks>
internal sealed class RegionTargets
{
    /// <summary>Numbers of a matched prediction: true x, y, w, h; column, row; anchor w, h.</summary>
    public const int ValueCount = 8;

    /// <summary>Indices of a matched prediction: offset in the map, offset in the objectness plane, class.</summary>
    public const int IndexCount = 3;

    /// <summary>Numbers of a box: left, top, right, bottom in grid cells; 1 for a crowd.</summary>
    public const int BoxCount = 5;

    /// <summary>Boxes of an image in a block.</summary>
    public const int BlockRows = 8;

    private RegionTargets(RegionLayout layout, int images, int matched, double[] packed, IReadOnlyList<int> blocks, IReadOnlyList<int> objectBlocks)
    {
        (Layout, Images, Matched, Packed, Blocks, ObjectBlocks) = (layout, images, matched, packed, blocks, objectBlocks);
    }

    /// <summary>Grid, anchors and classes.</summary>
    public RegionLayout Layout { get; }

    /// <summary>Images, N.</summary>
    public int Images { get; }

    /// <summary>Matched predictions, M.</summary>
    public int Matched { get; }

    /// <summary>The numbers.</summary>
    public double[] Packed { get; }

    /// <summary>Images in each block of boxes: all objects and ignored regions.</summary>
    public IReadOnlyList<int> Blocks { get; }

    /// <summary>The same of blocks that hold objects alone; they stand before the others.</summary>
    public IReadOnlyList<int> ObjectBlocks { get; }

    /// <summary>The true boxes of the matched predictions of an image, as shares of its width and height.</summary>
    public IReadOnlyList<GroundTruth> BoxesOf(int image)
    {
        var boxes = new List<GroundTruth>();
        for (int match = 0; match < Matched; match++)
        {
            var value = Packed.AsSpan(match * ValueCount, 4);
            var index = Packed.AsSpan(Matched * ValueCount + match * IndexCount, IndexCount);
            if ((long)index[0] / Layout.Size != image)
                continue;
            var box = BoundingBox.FromCenter((float)value[0], (float)value[1], (float)value[2], (float)value[3]);
            boxes.Add(new(box.Scale(1f / Layout.Width, 1f / Layout.Height), (int)index[2]));
        }
        return boxes;
    }

    /// <summary>The targets of no image.</summary>
    public static RegionTargets None(RegionLayout layout) => new(layout, 0, 0, [], [], []);

    /// <summary>Packs the targets of some images.</summary>
    /// <param name="region">Anchors and classes.</param>
    /// <param name="targets">One entry per image, all of the same grid.</param>
    /// <param name="assign">The predictions of an image that are responsible for an object.</param>
    /// <exception cref="ArgumentException">There is no image, or the grids differ.</exception>
    public static RegionTargets Pack(RegionLayer region, IReadOnlyList<EncodedTargets> targets, Func<EncodedTargets, IReadOnlyList<EncodedTarget>> assign)
    {
        if (targets.Count == 0)
            throw new ArgumentException("There are targets for 0 images, expected at least one.", nameof(targets));
        var layout = targets[0].Layout;
        for (int i = 1; i < targets.Count; i++)
        {
            if (targets[i].Layout != layout)
                throw new ArgumentException($"Image {i}: its targets were encoded for {targets[i].Layout}, those of image 0 for {layout}.", nameof(targets));
        }
        var assigned = targets.Select(assign).ToArray();
        int matched = assigned.Sum(list => list.Count);
        var numbers = new List<double>(matched * (ValueCount + IndexCount));
        foreach (var list in assigned)
        {
            foreach (var (row, column, anchor, box, _) in list)
                numbers.AddRange([box.X, box.Y, box.Width, box.Height, column, row, region.Anchors[anchor].Width, region.Anchors[anchor].Height]);
        }
        for (int image = 0; image < targets.Count; image++)
        {
            foreach (var (row, column, anchor, _, classIndex) in assigned[image])
            {
                long cell = (long)row * layout.Width + column;
                numbers.AddRange([(long)image * layout.Size + layout.Index(anchor, 0, row, column), ((long)image * layout.Anchors + anchor) * layout.PlaneSize + cell, classIndex]);
            }
        }
        var objectBlocks = AppendBlocks(numbers, [.. targets.Select(image => image.Objects.Select(item => (item.Box, Crowd: false)).ToArray())]);
        var ignoredBlocks = AppendBlocks(numbers, [.. targets.Select(image => image.Ignored.Select(item => (item.Box, item.Crowd)).ToArray())]);
        return new(layout, targets.Count, matched, [.. numbers], [.. objectBlocks, .. ignoredBlocks], objectBlocks);
    }

    /// <summary>Appends blocks, each the indices of its images and then their boxes; a block's missing boxes are empty: they overlap nothing.</summary>
    private static List<int> AppendBlocks(List<double> numbers, (CenterBox Box, bool Crowd)[][] boxes)
    {
        var blocks = new List<int>();
        for (int first = 0; boxes.Any(list => list.Length > first); first += BlockRows)
        {
            int[] images = [.. Enumerable.Range(0, boxes.Length).Where(image => boxes[image].Length > first)];
            blocks.Add(images.Length);
            numbers.AddRange(images.Select(image => (double)image));
            foreach (int image in images)
            {
                for (int i = first; i < first + BlockRows; i++)
                    numbers.AddRange(i < boxes[image].Length ? Corners(boxes[image][i]) : [0, 0, 0, 0, 0]);
            }
        }
        return blocks;
    }

    private static double[] Corners((CenterBox Box, bool Crowd) item)
    {
        double halfWidth = 0.5 * item.Box.Width, halfHeight = 0.5 * item.Box.Height;
        return [item.Box.X - halfWidth, item.Box.Y - halfHeight, item.Box.X + halfWidth, item.Box.Y + halfHeight, item.Crowd ? 1 : 0];
    }
}
