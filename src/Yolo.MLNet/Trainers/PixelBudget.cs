namespace Yolo.MLNet.Trainers;

/// <summary>Bytes of memory for images. Safe to use from several threads.</summary>
/// <param name="bytes">How many, at least 0.</param>
internal sealed class PixelBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>Takes bytes, all or none.</summary>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _left, -count) >= 0)
            return true;
        GiveBack(count);
        return false;
    }

    /// <summary>Gives bytes back that were taken.</summary>
    public void GiveBack(long count) => Interlocked.Add(ref _left, count);
}
