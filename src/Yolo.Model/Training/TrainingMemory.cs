using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Network;

namespace Yolo.Model.Training;

/// <summary>How much memory a step takes at least, and which size of a batch would fit.</summary>
/// <remarks>Counted is what the backward pass must find: the output of each convolution, and of batch norm behind it. A step takes more, so that a
/// batch that is refused cannot fit.</remarks>
internal sealed class TrainingMemory
{
    // Weights, gradients, and what AdamW and the average keep.
    private const int CopiesOfWeights = 5;

    private readonly TrainingOptions _options;
    private readonly long _weights, _image;

    /// <summary>Counts for the largest input that is trained on.</summary>
    public TrainingMemory(TrainingPlan plan)
    {
        _options = plan.Options;
        var (width, height) = plan.Schedule.Sizes.MaxBy(size => (long)size.Width * size.Height);
        var network = plan.Network.WithInputSize(width, height);
        int bytes = plan.ComputeType == torch.ScalarType.BFloat16 ? 2 : sizeof(float);
        _weights = CopiesOfWeights * sizeof(float) * network.WeightCount;
        _image = network.Convolutions.Skip(_options.FreezeLayers).Sum(layer => (long)layer.Output.Channels * layer.Output.Width * layer.Output.Height * (layer.BatchNormalize ? 2 : 1)) * bytes;
    }

    /// <summary>Bytes that a step takes at least.</summary>
    public long Least => _weights + _options.PartSize * _image;

    /// <summary>Memory of a device, bytes; null where it is not known.</summary>
    public static long? Of(torch.Device device) => device.type == DeviceType.CPU ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes : null;

    /// <summary>Refuses a batch that cannot fit.</summary>
    /// <param name="available">Bytes of the machine.</param>
    /// <exception cref="InsufficientMemoryException">It cannot; the message says which size would.</exception>
    public void Check(long available)
    {
        if (Least > available)
            throw new InsufficientMemoryException($"A step needs at least {Text(Least)} of memory, this machine has {Text(available)}. {Advice(available)}");
    }

    /// <summary>What to do about an error of libtorch that says that there is no memory; null for another error.</summary>
    public InsufficientMemoryException? Explain(ExternalException exception, long? available) =>
        exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || exception.Message.Contains("can't allocate memory", StringComparison.Ordinal)
            ? new($"A step does not fit into memory; it needs at least {Text(Least)}. {Advice(available ?? Least / 2)}", exception)
            : null;

    private string Advice(long available)
    {
        long images = (available - _weights) / _image;
        if (images < 1)
            return "Not even one image at a time fits: take a smaller network or a smaller input.";
        long parts = (_options.BatchSize + images - 1) / images;
        return string.Create(CultureInfo.InvariantCulture, $"Try Subdivisions = {parts}, which computes up to {(_options.BatchSize + parts - 1) / parts} images at a time and gives the same gradients, or a smaller BatchSize.");
    }

    private static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
