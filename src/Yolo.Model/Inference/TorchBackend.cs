using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Torch;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Model.Inference;

/// <summary>Runs a network with TorchSharp, on a CUDA device or the CPU: <see cref="YoloModule"/> in 32-bit floats, channels-last, batch normalisation folded. On a CPU
/// <see cref="OnnxRuntimeBackend"/> is faster and needs no libtorch.</summary>
/// <remarks><para>Calls of <see cref="Run"/> share nothing but the weights, which they only read: each has its own tensors, and TorchSharp's scopes and inference mode belong to the
/// thread. On a GPU the calls queue on one stream; on a CPU each calling thread uses <c>torch.get_num_threads()</c> threads, a setting of the process.</para>
/// <para>On GPUs from Ampere on, libtorch lets cuDNN round the factors of a convolution to TensorFloat-32, 10 bits of mantissa. Setting
/// <c>torch.backends.cudnn.allow_tf32</c> to false, for the process, makes it compute in full.</para></remarks>
public sealed class TorchBackend : IInferenceBackend
{
    private const int GpuBatch = 8;

    private readonly Device _device;
    private readonly YoloModule _module;
    private readonly FeatureShape _input;
    private readonly FeatureShape _output;
    private bool _disposed;

    /// <summary>Loads libtorch where that has not happened yet, builds the module and moves it to the device.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights; not needed any more once the constructor has returned.</param>
    /// <param name="gpuDeviceId">Index of a CUDA device, from 0; null: the CPU.</param>
    /// <exception cref="ArgumentException">The weights are not this network's.</exception>
    /// <exception cref="InvalidOperationException">The CUDA device is not there; the message says how to build for it.</exception>
    /// <exception cref="DllNotFoundException">The CPU is asked for, and libtorch is missing or does not load.</exception>
    public TorchBackend(NetworkDefinition network, NetworkWeights weights, int? gpuDeviceId = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        weights.RequireFit(network);
        _device = TorchDevice.Select(gpuDeviceId);
        _input = network.Input;
        _output = network.Layers[^1].Output;
        _module = Build(network, weights, _device);
    }

    /// <summary>8 on a GPU, which one image leaves partly idle; 1 on a CPU.</summary>
    public int PreferredBatch => _device.type == DeviceType.CUDA ? GpuBatch : 1;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The backend was disposed.</exception>
    public void Run(ReadOnlyMemory<float> input, int batch, Memory<float> output)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        BatchLength.Require(input.Length, batch, _input, nameof(input));
        BatchLength.Require(output.Length, batch, _output, nameof(output));

        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var images = empty(batch, _input.Channels, _input.Height, _input.Width);
        input.Span.CopyTo(MemoryMarshal.Cast<byte, float>(images.bytes));
        var map = _module.forward(images.to(_device)).cpu().contiguous();
        MemoryMarshal.Cast<byte, float>(map.bytes).CopyTo(output.Span);
    }

    /// <summary>Frees the weights. Calling it again does nothing.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
            _module.Dispose();
    }

    // The same layers without batch normalisation: the folded kernels and biases need no other module.
    private static YoloModule Build(NetworkDefinition network, NetworkWeights weights, Device device)
    {
        using var scope = NewDisposeScope();
        var folded = new NetworkDefinition(network.Input, network.Layers.Select(layer => layer is ConvolutionalLayer convolution ? convolution with { BatchNormalize = false } : layer));
        var module = new YoloModule(folded);
        try
        {
            TorchWeights.Load(module, new NetworkWeights(folded, [.. weights.Convolutions.Select(Fold)]));
            module.eval();
            module.to(device);
            // The module's own from here on, whatever scopes of the caller's are open.
            foreach (var parameter in module.parameters())
                parameter.DetachFromDisposeScope();
            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    private static ConvolutionWeights Fold(ConvolutionWeights weights)
    {
        var folded = new ConvolutionWeights { Kernel = new float[weights.Kernel.Length], Biases = new float[weights.Biases.Length] };
        BatchNormFolding.Fold(weights, folded.Kernel, folded.Biases);
        return folded;
    }
}
