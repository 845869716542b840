using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.MLNet.Data;

/// <summary>Boxes of images as the shapes that anchors are clustered from.</summary>
internal static class AnchorShapes
{
    /// <summary>The shapes of the boxes of an image, in grid cells of a network, as they are once the image is resized to its input.</summary>
    public static IEnumerable<BoxShape> Of(IEnumerable<BoundingBox> boxes, int imageWidth, int imageHeight, NetworkDefinition network, ResizeMode resize)
    {
        var mapping = ImageMapping.Create(resize, imageWidth, imageHeight, network.Input.Width, network.Input.Height);
        float cellsX = (float)network.RegionLayout.Width / network.Input.Width, cellsY = (float)network.RegionLayout.Height / network.Input.Height;
        return boxes.Select(box => mapping.ToInput(box).Scale(cellsX, cellsY)).Select(box => new BoxShape(box.Width, box.Height));
    }
}
