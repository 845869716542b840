namespace Yolo.MLNet.Scoring;

/// <summary>Tells the garbage collector of pixels outside its heap, so that it collects those that nobody disposed.</summary>
internal sealed class PixelPressure : IDisposable
{
    private readonly long _bytes;

    /// <summary>Adds bytes, at least 1.</summary>
    public PixelPressure(long bytes)
    {
        GC.AddMemoryPressure(bytes);
        _bytes = bytes;
    }

    ~PixelPressure() => GC.RemoveMemoryPressure(_bytes);

    /// <summary>Takes the bytes back. Call it once.</summary>
    public void Dispose()
    {
        GC.RemoveMemoryPressure(_bytes);
        GC.SuppressFinalize(this);
    }
}
