using System.Globalization;
using Yolo.Model.Geometry;

namespace Yolo.Model.Anchors;

/// <summary>Finds anchors for a data set: k-means on the shapes of its boxes under the distance 1 - IoU (YOLO9000, section 2, "Dimension
/// Clusters").</summary>
/// <remarks>A cluster's centre is the median of its widths and that of its heights: on BCCD and a raccoon data set, with 2 to 9 anchors, that
/// gave an average IoU 0.002 to 0.01 above what means gave. Starts are drawn as k-means++ draws them, shapes far from the ones drawn before
/// being likelier. Several starts are tried and the best average IoU seen on the way wins, since moving centres does not raise it at every
/// step. Of more than <see cref="MaximumShapes"/> shapes that many are taken, spread evenly over them.</remarks>
public static class AnchorKMeans
{
    // A single start is often caught in a local optimum. Of ten the best is near the top: four seeds agreed to about 0.002 on BCCD with nine anchors.
    private const int Starts = 10;

    private const int MaxIterations = 300;

    private const int MaxSelections = 64;

    /// <summary>Shapes that are clustered: 100,000. Of more, a sample is, and the average IoU is that of the sample.</summary>
    public const int MaximumShapes = 100_000;

    /// <summary>Clusters shapes into anchors. The same shapes, count and seed give the same anchors. If there are fewer distinct shapes
    /// than anchors are asked for, each distinct shape is an anchor, and <see cref="AnchorClusters.Warning"/> says so.</summary>
    /// <param name="shapes">Shapes of the data set's boxes, in grid cells of the network, each positive and finite. Of more than
    /// <see cref="MaximumShapes"/> a sample is clustered.</param>
    /// <param name="count">How many anchors, at least 1.</param>
    /// <param name="seed">Chooses the starting centres.</param>
    /// <exception cref="ArgumentException">There is no shape, or one is not positive and finite.</exception>
    public static AnchorClusters Cluster(IReadOnlyList<BoxShape> shapes, int count, int seed)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        for (int i = 0; i < shapes.Count; i++)
        {
            if (shapes[i] is not { Width: > 0 and < float.PositiveInfinity, Height: > 0 and < float.PositiveInfinity })
                throw new ArgumentException($"Shape {i} is {shapes[i].Width} x {shapes[i].Height}; width and height must be positive and finite.", nameof(shapes));
        }
        if (shapes.Count == 0)
            throw new ArgumentException("Anchors are clustered from the shapes of boxes, and there is no box.", nameof(shapes));
        int found = Distinct(shapes, count);
        BoxShape[] clustered = [.. Sample(shapes, found)];

        var search = new Search(clustered, found, new Random(seed));
        for (int start = 0; start < Starts; start++)
            search.Run();
        var anchors = search.Best.OrderBy(shape => shape.Width * shape.Height).ThenBy(shape => shape.Width);
        return new(new AnchorSet(anchors), search.BestIoU)
        {
            Warning = found == count ? null : string.Create(CultureInfo.InvariantCulture,
                $"{count} anchors were asked for, but the {shapes.Count} boxes have {found} distinct shapes: there are {found} anchors."),
        };
    }

    // Stops as soon as there are enough. Boxes of one size differ in their last bits once they are scaled to cells: a ten-thousandth of a
    // cell is less than any pixel.
    private static int Distinct(IEnumerable<BoxShape> shapes, int enough) =>
        shapes.DistinctBy(shape => (MathF.Round(shape.Width, 4), MathF.Round(shape.Height, 4))).Take(enough).Count();

    /// <summary>All shapes, or of many a sample; all of them, too, where a sample has fewer distinct ones than anchors are wanted.</summary>
    private static IReadOnlyList<BoxShape> Sample(IReadOnlyList<BoxShape> shapes, int count)
    {
        if (shapes.Count <= MaximumShapes)
            return shapes;
        var sample = new BoxShape[MaximumShapes];
        for (int i = 0; i < sample.Length; i++)
            sample[i] = shapes[(int)((long)i * shapes.Count / sample.Length)];
        return Distinct(sample, count) < count ? shapes : sample;
    }

    private sealed class Search(BoxShape[] shapes, int count, Random random)
    {
        private readonly BoxShape[] _centers = new BoxShape[count];
        private readonly int[] _cluster = new int[shapes.Length];
        private readonly float[] _iou = new float[shapes.Length];
        private readonly float[] _widths = new float[shapes.Length];
        private readonly float[] _heights = new float[shapes.Length];

        public BoxShape[] Best { get; } = new BoxShape[count];

        public double BestIoU { get; private set; } = -1;

        public void Run()
        {
            Draw();
            Array.Fill(_cluster, -1);
            for (int iteration = 0; iteration < MaxIterations && Assign(); iteration++)
                Move();
        }

        // k-means++: each further centre is a shape drawn with a probability that grows with the square of its distance to the centres so far.
        private void Draw()
        {
            _centers[0] = shapes[random.Next(shapes.Length)];
            Array.Clear(_iou);
            for (int drawn = 1; drawn < count; drawn++)
            {
                double total = 0;
                for (int i = 0; i < shapes.Length; i++)
                {
                    _iou[i] = MathF.Max(_iou[i], shapes[i].IoU(_centers[drawn - 1]));
                    total += SquaredDistance(i);
                }
                double place = random.NextDouble() * total;
                int chosen = 0;
                for (int i = 0; i < shapes.Length && place >= 0; i++)
                {
                    double weight = SquaredDistance(i);
                    if (weight > 0)
                        chosen = i;
                    place -= weight;
                }
                _centers[drawn] = shapes[chosen];
            }
        }

        private double SquaredDistance(int shape) => (1.0 - _iou[shape]) * (1.0 - _iou[shape]);

        // Gives each shape to its nearest centre, keeps the centres if they are the best so far, and tells whether a shape changed hands.
        private bool Assign()
        {
            bool changed = false;
            double sum = 0;
            for (int i = 0; i < shapes.Length; i++)
            {
                (int nearest, float best) = (0, -1);
                for (int k = 0; k < count; k++)
                {
                    float iou = shapes[i].IoU(_centers[k]);
                    if (iou > best)
                        (nearest, best) = (k, iou);
                }
                changed |= nearest != _cluster[i];
                (_cluster[i], _iou[i]) = (nearest, best);
                sum += best;
            }
            if (sum / shapes.Length > BestIoU)
            {
                BestIoU = sum / shapes.Length;
                _centers.CopyTo(Best, 0);
            }
            return changed;
        }

        // To the medians of each cluster. A centre that has lost all its shapes goes to the shape that is served worst.
        private void Move()
        {
            for (int k = 0; k < count; k++)
            {
                int members = 0;
                for (int i = 0; i < shapes.Length; i++)
                {
                    if (_cluster[i] != k)
                        continue;
                    (_widths[members], _heights[members]) = (shapes[i].Width, shapes[i].Height);
                    members++;
                }
                if (members > 0)
                {
                    _centers[k] = new(Median(_widths.AsSpan(0, members)), Median(_heights.AsSpan(0, members)));
                    continue;
                }
                int worst = Array.IndexOf(_iou, _iou.Min());
                _centers[k] = shapes[worst];
                _iou[worst] = 1;
            }
        }

        // Hoare's selection: the value that a sort would put in the middle, in time proportional to their number.
        private static float Median(Span<float> values)
        {
            int middle = values.Length / 2;
            int left = 0, right = values.Length - 1;
            for (int round = 0; left < right; round++)
            {
                // Pivots that are bad again and again.
                if (round == MaxSelections)
                {
                    values.Sort();
                    break;
                }
                float pivot = values[left + (right - left) / 2];
                int low = left, high = right;
                while (low <= high)
                {
                    while (values[low] < pivot)
                        low++;
                    while (values[high] > pivot)
                        high--;
                    if (low > high)
                        break;
                    (values[low], values[high]) = (values[high], values[low]);
                    low++;
                    high--;
                }
                if (middle <= high)
                    right = high;
                else if (middle >= low)
                    left = low;
                else
                    break;
            }
            return values[middle];
        }
    }
}
