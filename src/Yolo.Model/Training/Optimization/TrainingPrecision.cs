using System.Collections.Concurrent;
using System.Diagnostics;
using TorchSharp;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Optimization;

/// <summary>In which numbers a run is computed.</summary>
internal static class TrainingPrecision
{
    // What a shorter step must save to be worth 8 bits of mantissa instead of 24.
    private const double Worthwhile = 0.8;

    private const int WarmUps = 2, Rounds = 5;

    private static readonly ConcurrentDictionary<string, Lazy<ScalarType>> s_measured = [];

    /// <summary>The type of the activations. <see cref="Precision.Auto"/> is measured at the first call for a device, which takes some tenths of a second.</summary>
    public static ScalarType ComputeType(Precision precision, Device device) => precision switch
    {
        Precision.Float32 => ScalarType.Float32,
        Precision.BFloat16 => ScalarType.BFloat16,
        _ => s_measured.GetOrAdd(device.ToString(), _ => new(() => Choose(type => Measure(type, device)))).Value,
    };

    /// <summary>The type that is worth computing in, by what the same work takes in each.</summary>
    internal static ScalarType Choose(Func<ScalarType, TimeSpan> measure) =>
        measure(ScalarType.BFloat16) < Worthwhile * measure(ScalarType.Float32) ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Shortest time of forward and backward of one convolution from the middle of the built-in networks: of those for 2 images at 416, an eighth of a tiny network's.</summary>
    private static TimeSpan Measure(ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var input = ones(2, 128, 52, 52, device: device).to(type).ToChannelsLast();
        var kernels = ones(256, 128, 3, 3, device: device).requires_grad_();
        var shortest = TimeSpan.MaxValue;
        for (int round = -WarmUps; round < Rounds; round++)
        {
            using var roundScope = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            nn.functional.conv2d(input, kernels.to(type).ToChannelsLast(), padding: [1, 1]).sum().backward();
            if (device.type == DeviceType.CUDA)
                cuda.synchronize(device);
            var time = Stopwatch.GetElapsedTime(start);
            if (round >= 0 && time < shortest)
                shortest = time;
        }
        return shortest;
    }
}
