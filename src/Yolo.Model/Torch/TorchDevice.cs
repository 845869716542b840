using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Torch;

/// <summary>What TorchSharp computes on.</summary>
internal static class TorchDevice
{
    /// <summary>The CUDA device of that index, or for null the CPU. Loads libtorch.</summary>
    /// <exception cref="InvalidOperationException">That device is not there; the message says why and what to do.</exception>
    /// <exception cref="DllNotFoundException">The CPU is asked for, and libtorch is missing or does not load.</exception>
    public static Device Select(int? gpuDeviceId)
    {
        if (gpuDeviceId is { } index)
            return WhyUnavailable(index) is { } reason ? throw new InvalidOperationException(reason) : new Device(DeviceType.CUDA, index);
        TorchRuntime.EnsureLoaded();
        return Cpu();
    }

    /// <summary>Why a CUDA device cannot be used, and what to do about it; null where it can. Loads libtorch.</summary>
    public static string? WhyUnavailable(int index)
    {
        const string WaysOut = "Build the application with TorchSharp-cuda-linux or TorchSharp-cuda-windows in place of libtorch-cpu (in this repository "
            + "-p:TorchBackend=cuda-linux or cuda-windows) and run it on a machine with an NVIDIA driver, or leave GpuDeviceId null for the CPU.";
        try
        {
            TorchRuntime.EnsureLoaded();
        }
        catch (Exception exception) when (exception is DllNotFoundException or InvalidOperationException)
        {
            return $"CUDA device {index} was asked for, but libtorch cannot be loaded. {WaysOut} {exception.Message}";
        }
        int devices = CudaDevices();
        return index < devices ? null : $"CUDA device {index} was asked for, but libtorch sees {devices}. {WaysOut}";
    }

    /// <summary>What to do about a GPU that is there while the CPU computes; null where there is none. Loads libtorch.</summary>
    public static string? WhyUnused()
    {
        TorchRuntime.EnsureLoaded();
        return UnusedAdvice(CudaDevices(), NvidiaDriver.Devices());
    }

    /// <summary>The advice for the devices that libtorch and the driver see.</summary>
    internal static string? UnusedAdvice(int seenByLibtorch, int seenByDriver) =>
        seenByLibtorch > 0 ? $"The CPU computes although libtorch sees {seenByLibtorch} CUDA device(s): set GpuDeviceId to 0 to use the first one."
        : seenByDriver > 0 ? $"The CPU computes although this machine has {seenByDriver} NVIDIA GPU(s): this build's libtorch is one for CPUs. Build the application with TorchSharp-cuda-linux or "
            + "TorchSharp-cuda-windows in place of libtorch-cpu (in this repository -p:TorchBackend=cuda-linux or cuda-windows) and set GpuDeviceId to 0."
        : null;

    // Methods of their own: a method that touches TorchSharp's class torch may start it as soon as it is compiled, before libtorch is loaded.
    private static int CudaDevices() => cuda.is_available() ? cuda.device_count() : 0;

    private static Device Cpu() => CPU;
}
