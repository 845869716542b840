using Yolo.Model.Geometry;

namespace Yolo.Model.Encoding;

/// <summary>A part of an image that neither teaches nor punishes: a difficult object that is left out, or a crowd.</summary>
/// <param name="Box">Where it is, in grid cells.</param>
/// <param name="Crowd">Whether it holds many objects: a prediction inside of it counts as overlapping it, however small it is.</param>
public readonly record struct IgnoredRegion(CenterBox Box, bool Crowd);
