namespace Yolo.Model.Training;

/// <summary>In which numbers the network is trained. Master weights, the last convolution and the loss are 32-bit in any case.</summary>
public enum Precision
{
    /// <summary>The faster one, measured once per process and device on a convolution, forward and backward: <see cref="BFloat16"/> where that takes less than 0.8 of
    /// the time, as with AVX512-BF16, AMX or a CUDA device of the last generations, else <see cref="Float32"/>.</summary>
    Auto,

    /// <summary>32-bit floats throughout. On a CUDA device cuDNN's convolutions multiply in TF32 where the device has it, unless <c>torch.backends.cudnn.allow_tf32</c> is false.</summary>
    Float32,

    /// <summary>Convolutions, batch norm and activations in bfloat16: about two and a half times faster where the hardware has it, slower where not.</summary>
    BFloat16,
}
