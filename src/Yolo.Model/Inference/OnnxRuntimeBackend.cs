using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Quantization;
using Yolo.Model.Weights;

namespace Yolo.Model.Inference;

/// <summary>Runs a network on the CPU with ONNX Runtime, batch normalisation folded. libtorch is not needed.</summary>
public sealed class OnnxRuntimeBackend : IInferenceBackend
{
    private static readonly string[] InputNames = [OnnxGraph.InputName], OutputNames = [OnnxGraph.OutputName];

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions;
    private readonly FeatureShape _input;
    private readonly FeatureShape _output;
    private bool _disposed;

    /// <summary>Builds the graph of a network and opens a session on it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights; not needed any more once the constructor has returned.</param>
    /// <param name="intraOpThreads">Threads that one forward pass uses, or 0 for one per core.</param>
    /// <param name="quantization">The ranges of the activations, to compute in eight-bit integers; null: in float.</param>
    /// <exception cref="ArgumentException">The weights are not this network's.</exception>
    /// <exception cref="NotSupportedException">ONNX cannot express a layer, or the weights exceed 2 GiB.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime's native library is missing, or refuses the network; the message says what to do.</exception>
    public OnnxRuntimeBackend(NetworkDefinition network, NetworkWeights weights, int intraOpThreads = 0, NetworkQuantization? quantization = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(intraOpThreads);
        byte[] file = OnnxExporter.ToBytes(network, weights, quantization);
        _input = network.Input;
        _output = network.Layers[^1].Output;
        _session = Open(file, intraOpThreads);
        _runOptions = new();
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The backend was disposed.</exception>
    public void Run(ReadOnlyMemory<float> input, int batch, Memory<float> output)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        BatchLength.Require(input.Length, batch, _input, nameof(input));
        BatchLength.Require(output.Length, batch, _output, nameof(output));

        // The values pin the caller's memory: ONNX Runtime reads and writes it in place.
        using var image = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, MemoryMarshal.AsMemory(input), Shape(batch, _input));
        using var map = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, output, Shape(batch, _output));
        _session.Run(_runOptions, InputNames, [image], OutputNames, [map]);
    }

    /// <summary>Frees the session. Calling it again does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        _session.Dispose();
        _runOptions.Dispose();
    }

    /// <summary>Opens a session on an ONNX file in memory.</summary>
    /// <exception cref="InvalidOperationException">The native library is missing, or refuses the file.</exception>
    internal static InferenceSession Open(byte[] file, int intraOpThreads)
    {
        try
        {
            using var options = new SessionOptions
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                // A model may name the threads of another machine, or a thousand to do harm: those beyond the cores would only wait for them.
                IntraOpNumThreads = Math.Min(intraOpThreads, Environment.ProcessorCount),
                InterOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            return new(file, options);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or TypeInitializationException)
        {
            throw new InvalidOperationException(
                $"ONNX Runtime's native library could not be loaded on {RuntimeInformation.RuntimeIdentifier}. The application must carry the package Microsoft.ML.OnnxRuntime, "
                + "in the version that Yolo.Model was built with, and be built or published for this system; Windows also needs the Visual C++ 2019 runtime or a newer one.",
                exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidOperationException(
                $"ONNX Runtime {OrtEnv.Instance().GetVersionString()} refused the network (opset {OnnxGraph.OpsetVersion}). Where an older version is loaded than Yolo.Model was "
                + $"built with, reference the newer Microsoft.ML.OnnxRuntime. {exception.Message}", exception);
        }
    }

    private static long[] Shape(int batch, FeatureShape shape) => [batch, shape.Channels, shape.Height, shape.Width];
}
