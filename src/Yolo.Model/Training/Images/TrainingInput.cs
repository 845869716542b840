using Yolo.Model.Encoding;
using Yolo.Model.Network;

namespace Yolo.Model.Training.Images;

/// <summary>A size of the network's input during the training, and what encodes targets for it.</summary>
/// <param name="Width">Width, pixels.</param>
/// <param name="Height">Height, pixels.</param>
/// <param name="Encoder">Encodes for the grid of that size.</param>
internal sealed record TrainingInput(int Width, int Height, TargetEncoder Encoder)
{
    /// <summary>The grid of that size.</summary>
    public RegionLayout Layout => Encoder.Layout;

    /// <summary>Floats of one image, <c>3 * Height * Width</c>.</summary>
    public int Count => checked(3 * Width * Height);
}
