using System.Runtime.InteropServices;
using System.Text;
using Yolo.MLNet.Scoring;
using Yolo.Model.Geometry;

namespace Yolo.Benchmarks.Soak;

/// <summary>Detections as bytes, to be compared bit for bit.</summary>
internal static class ResultBytes
{
    public static byte[] Of(IEnumerable<IReadOnlyList<Detection>> images) => Join(images.Select(found => (byte[])
    [
        .. BitConverter.GetBytes(found.Count), .. MemoryMarshal.AsBytes<Detection>(found.ToArray()),
    ]));

    public static byte[] Of(IEnumerable<DetectionOutput> images) => Join(images.Select(found => (byte[])
    [
        .. BitConverter.GetBytes(found.Scores.Length), .. MemoryMarshal.AsBytes<float>(found.Scores), .. MemoryMarshal.AsBytes<float>(found.BoundingBoxes),
        .. Encoding.UTF8.GetBytes(string.Join('\n', found.Labels)),
    ]));

    private static byte[] Join(IEnumerable<byte[]> images) => [.. images.SelectMany(bytes => bytes)];
}
