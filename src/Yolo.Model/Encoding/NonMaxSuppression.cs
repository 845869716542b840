using System.Runtime.InteropServices;
using Yolo.Model.Geometry;

namespace Yolo.Model.Encoding;

/// <summary>Drops boxes that repeat a better one.</summary>
public static class NonMaxSuppression
{
    /// <summary>Keeps, going from the best score down, each detection whose IoU with none of the kept ones exceeds the threshold. Afterwards the
    /// list is in descending order of score; equal scores keep their order. A detection whose score is NaN is dropped.</summary>
    /// <param name="detections">The detections of one image, changed in place.</param>
    /// <param name="iouThreshold">IoU above which the lower-scoring of two boxes is dropped, 0 to 1.</param>
    /// <param name="classAgnostic">Whether boxes of different classes suppress each other.</param>
    /// <param name="maxDetections">Most detections kept, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range, or a class index is negative.</exception>
    public static void Apply(List<Detection> detections, float iouThreshold, bool classAgnostic, int maxDetections)
    {
        ArgumentNullException.ThrowIfNull(detections);
        if (iouThreshold is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(iouThreshold), iouThreshold, "The IoU threshold must lie between 0 and 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDetections, 1);

        var list = CollectionsMarshal.AsSpan(detections);
        int groupCount = classAgnostic ? 1 : CountClasses(list);
        using var rentedGroups = new RentedBuffer<SuppressionGroup>(groupCount);
        using var rentedNext = new RentedBuffer<int>(groupCount);
        var groups = rentedGroups.Span;
        var next = rentedNext.Span;
        int length = Divide(list, groups, next);
        using var rentedFloats = new RentedBuffer<float>((BoxColumns.Count + 1) * length);
        using var rentedIndices = new RentedBuffer<int>(length);
        var boxes = new BoxColumns(rentedFloats.Span, length);
        var scores = rentedFloats.Span[(BoxColumns.Count * length)..];
        var indices = rentedIndices.Span;
        scores.Fill(GreedySuppression.Dropped);
        for (int i = 0; i < list.Length; i++)
        {
            int at = next[GroupOf(list[i], groups)]++;
            boxes.Set(at, list[i].Box);
            (scores[at], indices[at]) = (list[i].Score, i);
        }

        using var rentedKept = new RentedBuffer<Detection>(Math.Min(list.Length, maxDetections));
        var kept = rentedKept.Span;
        var suppression = new GreedySuppression(boxes, scores, groups, indices, iouThreshold);
        int count = 0;
        while (count < kept.Length && suppression.TryTake(out _, out int box, out _))
            kept[count++] = list[indices[box]];
        kept[..count].CopyTo(list);
        CollectionsMarshal.SetCount(detections, count);
    }

    private static int CountClasses(ReadOnlySpan<Detection> detections)
    {
        int classes = 0;
        foreach (var detection in detections)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(detection.ClassIndex, nameof(detections));
            classes = Math.Max(classes, detection.ClassIndex + 1);
        }
        return classes;
    }

    private static int GroupOf(Detection detection, ReadOnlySpan<SuppressionGroup> groups) => groups.Length == 1 ? 0 : detection.ClassIndex;

    // Gives each group a stretch of whole vectors; returns their length, and in next where each begins.
    private static int Divide(ReadOnlySpan<Detection> detections, Span<SuppressionGroup> groups, Span<int> next)
    {
        next.Clear();
        foreach (var detection in detections)
            next[GroupOf(detection, groups)]++;
        int start = 0;
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = new(start, start, BoxColumns.Padded(next[i]));
            next[i] = start;
            start += groups[i].Length;
        }
        return start;
    }
}
