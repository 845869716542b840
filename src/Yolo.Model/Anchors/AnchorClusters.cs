namespace Yolo.Model.Anchors;

/// <summary>Anchors found by clustering.</summary>
/// <param name="Anchors">The anchors, in grid cells, by growing area.</param>
/// <param name="AverageIoU">Mean over the clustered shapes of the IoU with the anchor most like them, 0 to 1: what YOLO9000 compares in figure 2.</param>
public sealed record AnchorClusters(AnchorSet Anchors, double AverageIoU)
{
    /// <summary>What to tell the user if there are fewer anchors than were asked for, because the boxes have no more distinct shapes; null
    /// if there are as many.</summary>
    public string? Warning { get; init; }
}
