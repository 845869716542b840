using TorchSharp;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Losses;

/// <summary>Overlap of boxes given by centre and size, row against row, in a form that can be differentiated.</summary>
internal static class BoxTensors
{
    /// <summary>IoU, <c>[M]</c>, of boxes whose centres and sizes are <c>[M, 2]</c> each, in one unit.</summary>
    public static Tensor IoU(Tensor center, Tensor size, Tensor trueCenter, Tensor trueSize) =>
        IoU(Corners(center, size), Corners(trueCenter, trueSize), size, trueSize);

    /// <summary>As <see cref="IoU(Tensor, Tensor, Tensor, Tensor)"/>, with width and height of the smallest box around both, <c>[M, 2]</c>.</summary>
    public static (Tensor IoU, Tensor Enclosing) IoUAndEnclosing(Tensor center, Tensor size, Tensor trueCenter, Tensor trueSize)
    {
        var (box, truth) = (Corners(center, size), Corners(trueCenter, trueSize));
        return (IoU(box, truth, size, trueSize), maximum(box.High, truth.High) - minimum(box.Low, truth.Low));
    }

    private static (Tensor Low, Tensor High) Corners(Tensor center, Tensor size)
    {
        var half = size.Times(0.5);
        return (center - half, center.Plus(half));
    }

    private static Tensor IoU((Tensor Low, Tensor High) box, (Tensor Low, Tensor High) truth, Tensor size, Tensor trueSize)
    {
        var intersection = Area((minimum(box.High, truth.High) - maximum(box.Low, truth.Low)).ClampNegative());
        return intersection / (Area(size).Plus(Area(trueSize)) - intersection);
    }

    private static Tensor Area(Tensor size) => size.select(1, 0) * size.select(1, 1);
}
