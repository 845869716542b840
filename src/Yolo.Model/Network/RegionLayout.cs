namespace Yolo.Model.Network;

/// <summary>Index arithmetic of the network's raw output, a planar map <c>[A * (5 + C), H, W]</c>: anchor by anchor the planes
/// tx, ty, tw, th, to and one plane of logits per class (Darknet, region_layer.c, <c>entry_index</c>).</summary>
/// <param name="Width">Grid columns.</param>
/// <param name="Height">Grid rows.</param>
/// <param name="Anchors">Anchors per cell.</param>
/// <param name="Classes">Classes.</param>
public readonly record struct RegionLayout(int Width, int Height, int Anchors, int Classes)
{
    /// <summary>Planes before the class planes: tx, ty, tw, th, to.</summary>
    public const int BoxEntries = 5;

    /// <summary>Which plane of an anchor holds the raw objectness.</summary>
    public const int ObjectnessEntry = 4;

    /// <summary>Planes per anchor: 5 + C.</summary>
    public int Entries => BoxEntries + Classes;

    /// <summary>Planes of the map: A * (5 + C), the filters of the last convolution.</summary>
    public int Planes => Anchors * Entries;

    /// <summary>Floats in one plane, H * W.</summary>
    public int PlaneSize => Width * Height;

    /// <summary>Floats in the map of one image.</summary>
    public int Size => Planes * PlaneSize;

    /// <summary>Boxes that the map predicts: H * W * A.</summary>
    public int Boxes => PlaneSize * Anchors;

    /// <summary>Offset of one value in the map of one image.</summary>
    public int Index(int anchor, int entry, int row, int column) => ((anchor * Entries + entry) * Height + row) * Width + column;
}
