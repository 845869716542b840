using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>What became of one detection.</summary>
internal enum MatchOutcome : byte
{
    /// <summary>It found nothing that still counted: a false positive.</summary>
    Miss,

    /// <summary>It found an object: a true positive.</summary>
    Hit,

    /// <summary>It found a difficult object: neither.</summary>
    Ignored,
}

/// <summary>Decides which detections of one class in one image are right. Each object is found at most once, the best-scoring detection choosing first.</summary>
internal static class DetectionMatcher
{
    /// <summary>Pascal VOC: the object a detection overlaps most decides alone. A second detection of a found object is a miss, even where another object
    /// would do (VOCevaldet.m of the devkit). Any number of detections of a difficult object is ignored.</summary>
    /// <param name="detections">Detections by falling score, at most as many as <paramref name="outcomes"/>.</param>
    /// <param name="truths">Objects of the same class and image.</param>
    /// <param name="threshold">Lowest IoU that counts; one exactly at it does.</param>
    /// <param name="inclusivePixels">Whether a box from 0 to 10 is 11 wide, as in the devkit.</param>
    /// <param name="outcomes">One outcome a detection.</param>
    public static void MatchVoc(
        ReadOnlySpan<Detection> detections, ReadOnlySpan<GroundTruth> truths, double threshold, bool inclusivePixels, Span<MatchOutcome> outcomes)
    {
        var taken = new bool[truths.Length];
        for (int d = 0; d < detections.Length; d++)
        {
            (int best, double bestIoU) = (-1, 0);
            for (int t = 0; t < truths.Length; t++)
            {
                double iou = IoU(detections[d].Box, truths[t].Box, inclusivePixels ? 1 : 0);
                if (iou > bestIoU)
                    (best, bestIoU) = (t, iou);
            }

            outcomes[d] = best < 0 || bestIoU < threshold ? MatchOutcome.Miss
                : truths[best].Difficult ? MatchOutcome.Ignored
                : taken[best] ? MatchOutcome.Miss
                : MatchOutcome.Hit;
            if (best >= 0)
                taken[best] |= outcomes[d] == MatchOutcome.Hit;
        }
    }

    /// <summary>COCO: a detection finds the object it overlaps most among those not yet found, one that counts before a difficult one
    /// (<c>COCOeval.evaluateImg</c> of pycocotools, difficult in the place of ignored by area). Of equal overlaps the later object is taken, as there.</summary>
    /// <param name="detections">Detections by falling score, at most as many as <paramref name="outcomes"/>.</param>
    /// <param name="truths">Objects of the same class and image.</param>
    /// <param name="threshold">Lowest IoU that counts; one exactly at it does.</param>
    /// <param name="outcomes">One outcome a detection.</param>
    public static void MatchCoco(ReadOnlySpan<Detection> detections, ReadOnlySpan<GroundTruth> truths, double threshold, Span<MatchOutcome> outcomes)
    {
        var taken = new bool[truths.Length];
        for (int d = 0; d < detections.Length; d++)
        {
            int best = BestFree(detections[d].Box, truths, taken, threshold, difficult: false);
            if (best < 0)
                best = BestFree(detections[d].Box, truths, taken, threshold, difficult: true);

            outcomes[d] = best < 0 ? MatchOutcome.Miss : truths[best].Difficult ? MatchOutcome.Ignored : MatchOutcome.Hit;
            if (best >= 0)
                taken[best] = true;
        }
    }

    private static int BestFree(BoundingBox box, ReadOnlySpan<GroundTruth> truths, ReadOnlySpan<bool> taken, double threshold, bool difficult)
    {
        (int best, double bestIoU) = (-1, threshold);
        for (int t = 0; t < truths.Length; t++)
        {
            if (taken[t] || truths[t].Difficult != difficult)
                continue;
            double iou = IoU(box, truths[t].Box, extra: 0);
            if (iou >= bestIoU)
                (best, bestIoU) = (t, iou);
        }
        return best;
    }

    /// <summary>IoU in double, since a threshold may be met exactly; <paramref name="extra"/> is added to every width and height.</summary>
    private static double IoU(BoundingBox a, BoundingBox b, double extra)
    {
        double width = Math.Min(a.Right, b.Right) - (double)Math.Max(a.Left, b.Left) + extra;
        double height = Math.Min(a.Bottom, b.Bottom) - (double)Math.Max(a.Top, b.Top) + extra;
        if (width <= 0 || height <= 0)
            return 0;
        double intersection = width * height;
        return intersection / (Area(a, extra) + Area(b, extra) - intersection);
    }

    private static double Area(BoundingBox box, double extra) =>
        ((double)box.Right - box.Left + extra) * ((double)box.Bottom - box.Top + extra);
}
