namespace Yolo.Model.Anchors;

/// <summary>Anchors found by clustering.</summary>
/// <param name="Anchors">The anchors, in grid cells, by growing area.</param>
/// <param name="AverageIoU">Mean over the clustered shapes of the IoU with the anchor most like them, 0 to 1: what YOLO9000 compares in figure 2.</param>
public sealed record AnchorClusters(AnchorSet Anchors, double AverageIoU);
