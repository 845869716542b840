namespace Yolo.Model.Geometry;

/// <summary>One labelled object.</summary>
/// <param name="Box">Where it is, in pixels of its image.</param>
/// <param name="ClassIndex">Index into the class names of the data set or model.</param>
/// <param name="Difficult">VOC's flag: evaluation neither counts nor punishes the object.</param>
public readonly record struct GroundTruth(BoundingBox Box, int ClassIndex, bool Difficult = false);
