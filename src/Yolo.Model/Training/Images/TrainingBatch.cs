using TorchSharp;
using Yolo.Model.Torch;
using Yolo.Model.Training.Losses;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Images;

/// <summary>The images of one forward pass. Gives its buffer back when it is disposed.</summary>
/// <param name="buffers">Where the buffer comes from.</param>
/// <param name="buffer">The pixels, one image after the other.</param>
/// <param name="input">Size of the images.</param>
/// <param name="targets">What the network is taught on them.</param>
/// <param name="format">How the pixels are held.</param>
internal sealed class TrainingBatch(BatchBuffers buffers, byte[] buffer, TrainingInput input, RegionTargets targets, BatchFormat format) : IDisposable
{
    /// <summary>Number of images.</summary>
    public int Count => targets.Images;

    /// <summary>Size of the images.</summary>
    public TrainingInput Input => input;

    /// <summary>What the network is taught on the images.</summary>
    public RegionTargets Targets => targets;

    /// <summary>How the pixels are held.</summary>
    public BatchFormat Format => format;

    /// <summary>The pixels, as <see cref="Format"/> says.</summary>
    public ReadOnlySpan<byte> Pixels => buffer.AsSpan(0, Count * BytesOf(input, format));

    /// <summary>Bytes of one image.</summary>
    public static int BytesOf(TrainingInput input, BatchFormat format) => format == BatchFormat.Bytes ? input.Count : checked(sizeof(float) * input.Count);

    /// <summary>The images on a device, <c>[N, 3, H, W]</c>, RGB 0..1, 32-bit. The caller disposes them.</summary>
    public Tensor Upload(DeviceTransfers transfers, int slot)
    {
        using var scope = NewDisposeScope();
        var tensor = format == BatchFormat.Bytes
            ? transfers.Upload(Pixels, ScalarType.Byte, slot, Count, input.Height, input.Width, 3).permute(0, 3, 1, 2).to(ScalarType.Float32).Over(byte.MaxValue)
            : transfers.Upload(Pixels, ScalarType.Float32, slot, Count, 3, input.Height, input.Width);
        return tensor.MoveToOuterDisposeScope();
    }

    public void Dispose() => buffers.Return(buffer);
}

/// <summary>How a batch holds its pixels.</summary>
internal enum BatchFormat
{
    /// <summary>32-bit floats, <c>[N, 3, H, W]</c>, RGB 0..1: exactly what was sampled.</summary>
    Floats,

    /// <summary>Bytes, <c>[N, H, W, 3]</c>: a quarter of the way to a GPU, rounded to the levels that images have.</summary>
    Bytes,
}
