namespace Yolo.Model.Training;

/// <summary>In which numbers the network is trained. Master weights, the last convolution and the loss are 32-bit in any case.</summary>
public enum Precision
{
    /// <summary><see cref="BFloat16"/> where the processor multiplies bfloat16 in hardware (AVX512-BF16 or AMX, or a CUDA device), else <see cref="Float32"/>.</summary>
    Auto,

    /// <summary>32-bit floats throughout.</summary>
    Float32,

    /// <summary>Convolutions, batch norm and activations in bfloat16: about two and a half times faster where the hardware has it, slower where not.</summary>
    BFloat16,
}
