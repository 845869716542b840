namespace Yolo.Model.Onnx;

/// <summary>What an exported file gives for its images.</summary>
public enum OnnxOutput
{
    /// <summary><c>map</c>, the raw map: float32 <c>[N, A * (5 + C), h, w]</c>, to be decoded by <see cref="Encoding.RegionDecoder"/> or by code of one's own.</summary>
    Map,

    /// <summary>Finished detections, after non-maximum suppression, D of them in all images together, which may be none: <c>boxes</c>, float32 <c>[D, 4]</c>,
    /// x0, y0, x1, y1 in pixels of the network's input, not clipped to it; <c>scores</c>, float32 <c>[D]</c>; <c>classes</c>, int64 <c>[D]</c>;
    /// <c>images</c>, int64 <c>[D]</c>, the index in the batch. By image, and within an image by descending score.</summary>
    Detections,
}
