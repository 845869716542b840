using System.Collections.Concurrent;

namespace Yolo.Model.Training.Images;

/// <summary>Buffers of one length that go round between those who fill and those who use them. There are as many as are in use at once.</summary>
internal sealed class BatchBuffers(int length)
{
    private readonly ConcurrentBag<byte[]> _free = [];

    /// <summary>A buffer; what is in it is left over from its last use.</summary>
    public byte[] Rent() => _free.TryTake(out byte[]? buffer) ? buffer : GC.AllocateUninitializedArray<byte>(length);

    /// <summary>Takes a buffer back.</summary>
    public void Return(byte[] buffer) => _free.Add(buffer);
}
