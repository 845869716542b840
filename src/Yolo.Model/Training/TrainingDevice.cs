using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>Where and in which numbers a run is computed.</summary>
internal static class TrainingDevice
{
    /// <summary>The CUDA device of that index, or the CPU.</summary>
    /// <exception cref="InvalidOperationException">That device is not there.</exception>
    public static Device Select(int? gpuDeviceId)
    {
        if (gpuDeviceId is not { } index)
            return CPU;
        int devices = cuda.is_available() ? cuda.device_count() : 0;
        if (index >= devices)
        {
            throw new InvalidOperationException(
                $"CUDA device {index} was asked for, but libtorch sees {devices}. Build with -p:TorchBackend=cuda-linux on a machine with an NVIDIA driver, or train on the CPU.");
        }
        return new Device(DeviceType.CUDA, index);
    }

    /// <summary>The type of the activations.</summary>
    public static ScalarType ComputeType(Precision precision, Device device) => precision switch
    {
        Precision.Float32 => ScalarType.Float32,
        Precision.BFloat16 => ScalarType.BFloat16,
        _ => device.type == DeviceType.CUDA || MultipliesBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32,
    };

    /// <summary>AVX512-BF16 (CPUID leaf 7, sub-leaf 1, EAX bit 5) or AMX-BF16 (sub-leaf 0, EDX bit 22).</summary>
    private static bool MultipliesBFloat16 =>
        X86Base.IsSupported && Avx512F.IsSupported && ((X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0 || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0);
}
