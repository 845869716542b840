using Microsoft.ML.Runtime;
using Yolo.Model.Torch;

namespace Yolo.MLNet.Seam;

/// <summary>Where a context lets a network run.</summary>
internal static class HostDevice
{
    /// <summary>The GPU to use, or null for the CPU. Where none is requested, <c>mlContext.GpuDeviceId</c> counts. Where the GPU is not there and
    /// <c>mlContext.FallbackToCpu</c> is true, a warning with the reason and the CPU; where it is false, the GPU all the same, so that its user throws.</summary>
    public static int? Select(IHostEnvironment env, int? requested)
    {
        if ((requested ?? HostEnvironments.GpuDeviceId(env)) is not { } gpu)
            return null;
        if (!HostEnvironments.FallbackToCpu(env) || TorchDevice.WhyUnavailable(gpu) is not { } reason)
            return gpu;
        using var channel = env.Start("YOLOv2 device");
        channel.Warning(MessageSensitivity.None, $"The CPU is used instead, as FallbackToCpu allows. {reason}");
        return null;
    }
}
