using Yolo.Model.Network;

namespace Yolo.Model.Inference;

/// <summary>What backends demand of the buffers they are given.</summary>
internal static class BatchLength
{
    /// <summary>Throws unless a buffer holds exactly <paramref name="batch"/> maps of a shape.</summary>
    /// <exception cref="ArgumentException">It does not; the message names expected and found.</exception>
    public static void Require(int length, int batch, FeatureShape shape, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (length != batch * shape.Count)
            throw new ArgumentException($"{batch} x {shape} needs {batch * shape.Count} values, found {length}.", name);
    }
}
