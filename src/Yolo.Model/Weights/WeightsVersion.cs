namespace Yolo.Model.Weights;

/// <summary>Version of a .weights file. The floats are the same in all; the header of versions below 0.2 holds <c>seen</c> in 32 bits, of later ones in 64
/// (AlexeyAB, parser.c, <c>load_weights_upto</c>).</summary>
/// <param name="Major">First number.</param>
/// <param name="Minor">Second number.</param>
/// <param name="Revision">Third number; it means nothing.</param>
public readonly record struct WeightsVersion(int Major, int Minor, int Revision)
{
    /// <summary>0.2.0, what pjreddie's Darknet writes and every reader knows.</summary>
    public static WeightsVersion Default { get; } = new(0, 2, 0);

    internal bool HasLongSeen => Major * 10L + Minor >= 2;
}
