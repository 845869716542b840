using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>In which numbers a run is computed.</summary>
internal static class TrainingPrecision
{
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
