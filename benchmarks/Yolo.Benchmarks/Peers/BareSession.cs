using Microsoft.ML.OnnxRuntime;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks.Peers;

/// <summary>ONNX Runtime with its default options on a ready tensor and buffers that stay: no preprocessing, no decoding.</summary>
internal sealed class BareSession : IContender
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly OrtValue _input;
    private readonly OrtValue _map;

    /// <summary>A session on the plain exported graph.</summary>
    public BareSession(DetectorModel model, int threads)
        : this(OnnxExporter.ToBytes(model.Network, model.Weights), model.Network, threads)
    {
    }

    /// <summary>A session on an exported graph.</summary>
    public BareSession(byte[] graph, NetworkDefinition network, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        _session = new(graph, options);
        var (input, map) = (network.Input, network.Layers[^1].Output);
        _input = OrtValue.CreateTensorValueFromMemory(new float[input.Count], [1, input.Channels, input.Height, input.Width]);
        _map = OrtValue.CreateTensorValueFromMemory(new float[map.Count], [1, map.Channels, map.Height, map.Width]);
    }

    public string Name => "ONNX Runtime, bare session";

    public void Run() => _session.Run(_runOptions, [OnnxGraph.InputName], [_input], [OnnxGraph.OutputName], [_map]);

    public void Dispose()
    {
        _input.Dispose();
        _map.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }
}
