using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Torch;

/// <summary>The one way between the memory of the host and a device, and its count: each transfer and each wait costs a GPU more than a
/// layer does. On a CPU the same calls are counted, so that their number can be tested without a GPU.</summary>
internal sealed class DeviceTransfers(Device device) : IDisposable
{
    private readonly Dictionary<(int Slot, ScalarType Type, long Length), Tensor> _pinned = [];

    /// <summary>The device.</summary>
    public Device Device => device;

    /// <summary>Copies from the host to the device so far.</summary>
    public long Uploads { get; private set; }

    /// <summary>Copies from the device to the host so far.</summary>
    public long Downloads { get; private set; }

    /// <summary>Times that the host waited for the device so far.</summary>
    public long Waits { get; private set; }

    /// <summary>Brings numbers to the device. With CUDA they go through pinned memory and nobody waits for them.</summary>
    /// <param name="values">The numbers, or their bytes.</param>
    /// <param name="type">Type of the numbers.</param>
    /// <param name="slot">Which of the uploads between two downloads this is: each has a buffer of its own.</param>
    /// <param name="shape">Shape of the tensor.</param>
    public Tensor Upload<T>(ReadOnlySpan<T> values, ScalarType type, int slot, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        Uploads++;
        var bytes = MemoryMarshal.AsBytes(values);
        if (device.type == DeviceType.CPU)
        {
            var tensor = empty(shape, dtype: type);
            bytes.CopyTo(tensor.bytes);
            return tensor;
        }
        var pinned = Pinned(slot, type, shape);
        bytes.CopyTo(pinned.bytes);
        return pinned.to(device, non_blocking: true);
    }

    /// <summary>Waits for a tensor of 32-bit floats and copies it.</summary>
    public float[] Download(Tensor tensor)
    {
        Downloads++;
        Waits++;
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.cpu().contiguous().bytes).ToArray();
    }

    public void Dispose()
    {
        foreach (var tensor in _pinned.Values)
            tensor.Dispose();
    }

    private Tensor Pinned(int slot, ScalarType type, ReadOnlySpan<long> shape)
    {
        long length = 1;
        foreach (long size in shape)
            length *= size;
        if (!_pinned.TryGetValue((slot, type, length), out var pinned))
        {
            using var pageable = empty(length, dtype: type);
            _pinned[(slot, type, length)] = pinned = pageable.pin_memory().DetachFromDisposeScope();
        }
        return pinned.view(shape.ToArray());
    }
}
