using System.Runtime.InteropServices;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;

namespace Yolo.Model.Encoding;

/// <summary>Drops boxes that repeat a better one.</summary>
public static class NonMaxSuppression
{
    // Ends a chain of kept detections.
    private const int None = -1;

    /// <summary>Keeps, going from the best score down, each detection whose IoU with none of the kept ones exceeds the threshold. Afterwards the
    /// list is in descending order of score; equal scores keep their order.</summary>
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
        using var rented = new RentedBuffer<Detection>(list.Length);
        int classes = CopySorted(list, rented.Span);
        int kept = Suppress(rented.Span, list, iouThreshold, classAgnostic ? 1 : classes, maxDetections);
        CollectionsMarshal.SetCount(detections, kept);
    }

    // Copies in descending order of score and returns the number of classes.
    private static int CopySorted(ReadOnlySpan<Detection> detections, Span<Detection> sorted)
    {
        using var rented = new RentedBuffer<ulong>(detections.Length);
        var keys = rented.Span;
        int classes = 0;
        for (int i = 0; i < detections.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(detections[i].ClassIndex, nameof(detections));
            classes = Math.Max(classes, detections[i].ClassIndex + 1);
            // The bits of a float, turned so that unsigned order is descending order; the index behind them keeps ties in place.
            int bits = BitConverter.SingleToInt32Bits(detections[i].Score);
            uint descending = (uint)(bits < 0 ? bits : ~bits & int.MaxValue);
            keys[i] = (ulong)descending << 32 | (uint)i;
        }
        keys.Sort();
        for (int i = 0; i < keys.Length; i++)
            sorted[i] = detections[(int)(uint)keys[i]];
        return classes;
    }

    // A candidate is compared with the kept detections of its group alone: they form a chain, the latest first.
    private static int Suppress(ReadOnlySpan<Detection> sorted, Span<Detection> kept, float iouThreshold, int groups, int maxDetections)
    {
        using var rentedLatest = new RentedBuffer<int>(groups);
        using var rentedPrevious = new RentedBuffer<int>(Math.Min(sorted.Length, maxDetections));
        var latest = rentedLatest.Span;
        var previous = rentedPrevious.Span;
        latest.Fill(None);
        int count = 0;
        foreach (var candidate in sorted)
        {
            ref int last = ref latest[groups == 1 ? 0 : candidate.ClassIndex];
            int rival = last;
            while (rival != None && kept[rival].Box.IoU(candidate.Box) <= iouThreshold)
                rival = previous[rival];
            if (rival != None)
                continue;
            (kept[count], previous[count], last) = (candidate, last, count);
            if (++count == previous.Length)
                break;
        }
        return count;
    }
}
