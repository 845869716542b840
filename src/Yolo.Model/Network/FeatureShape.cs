namespace Yolo.Model.Network;

/// <summary>Shape of one image's feature map, <c>[C, H, W]</c>.</summary>
/// <param name="Channels">Channels, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
public readonly record struct FeatureShape(int Channels, int Height, int Width)
{
    /// <summary>Values in the map.</summary>
    public long Count => (long)Channels * Height * Width;

    /// <summary>Darknet's order: width x height x channels.</summary>
    public override string ToString() => $"{Width} x {Height} x {Channels}";
}
