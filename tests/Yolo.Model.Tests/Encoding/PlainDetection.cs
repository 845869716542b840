using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Encoding;

/// <summary>Decoding and suppression as one would write them down: what the vectorised code is measured by.</summary>
internal static class PlainDetection
{
    /// <summary>Darknet's get_region_box and get_region_detections (region_layer.c), one number at a time.</summary>
    public static List<Detection> Decode(NetworkDefinition network, float[] map, float threshold)
    {
        var (region, layout) = (network.Region, network.RegionLayout);
        float cellWidth = (float)network.Input.Width / layout.Width, cellHeight = (float)network.Input.Height / layout.Height;
        List<Detection> detections = [];
        for (int anchor = 0; anchor < layout.Anchors; anchor++)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                for (int column = 0; column < layout.Width; column++)
                {
                    float[] values = [.. Enumerable.Range(0, layout.Entries).Select(entry => map[layout.Index(anchor, entry, row, column)])];
                    var box = BoundingBox.FromCenter(
                        (column + Sigmoid(values[0])) * cellWidth,
                        (row + Sigmoid(values[1])) * cellHeight,
                        region.Anchors[anchor].Width * MathF.Exp(Math.Clamp(values[2], -10, 10)) * cellWidth,
                        region.Anchors[anchor].Height * MathF.Exp(Math.Clamp(values[3], -10, 10)) * cellHeight);
                    float[] logits = values[5..];
                    float largest = logits.Max(), sum = logits.Sum(logit => MathF.Exp(logit - largest));
                    for (int i = 0; i < logits.Length; i++)
                    {
                        float score = Sigmoid(values[4]) * (region.Softmax ? MathF.Exp(logits[i] - largest) / sum : Sigmoid(logits[i]));
                        if (score > threshold)
                            detections.Add(new(box, i, score));
                    }
                }
            }
        }
        return detections;
    }

    /// <summary>From the best down, whatever overlaps no kept one.</summary>
    public static List<Detection> Suppress(IEnumerable<Detection> detections, float iouThreshold, bool classAgnostic, int maxDetections)
    {
        List<Detection> kept = [];
        foreach (var detection in detections.OrderByDescending(item => item.Score))
        {
            if (!kept.Exists(other => (classAgnostic || other.ClassIndex == detection.ClassIndex) && other.Box.IoU(detection.Box) > iouThreshold))
                kept.Add(detection);
        }
        return [.. kept.Take(maxDetections)];
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
