namespace Yolo.Model.Weights;

/// <summary>Weights that whoever takes them need not share: they are in memory once, and no longer than they are needed.</summary>
internal sealed class OwnedWeights(NetworkWeights weights)
{
    private NetworkWeights? _weights = weights;

    /// <summary>Hands the weights over; they are held here no more.</summary>
    /// <exception cref="InvalidOperationException">They have been taken already.</exception>
    public NetworkWeights Take()
    {
        var taken = _weights ?? throw new InvalidOperationException("The weights have been taken already.");
        _weights = null;
        return taken;
    }
}
