using OpenCvSharp;
using OpenCvSharp.Dnn;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks.Peers;

/// <summary>OpenCV DNN on Darknet's files: its own preprocessing of a decoded image, its forward pass to the raw map, then the same decoding and suppression as <see cref="Detector"/>'s.</summary>
internal sealed class OpenCvPipeline : IMapSource
{
    private readonly Net _net;
    private readonly Mat _image;
    private readonly Size _inputSize;
    private readonly string _mapLayer;
    private readonly int _mapLength;
    private readonly RegionDecoder _decoder;
    private readonly DetectionOptions _options;
    private readonly List<Detection> _detections = [];

    public OpenCvPipeline(DetectorModel model, DetectionOptions options, RgbaImage image)
    {
        using var folder = new TemporaryFolder();
        string config = folder.File("model.cfg"), weights = folder.File("model.weights");
        DarknetModel.Save(model, config, weights, folder.File("model.names"));
        OpenCv.SetThreads(options.IntraOpThreads);
        _net = CvDnn.ReadNetFromDarknet(config, weights) ?? throw new InvalidOperationException("OpenCV read no network.");
        // The region layer behind it would decode; taken here, the map is the one that our decoder reads.
        _mapLayer = _net.GetLayerNames().Last(name => name?.StartsWith("conv_", StringComparison.Ordinal) == true)!;
        _inputSize = new(model.Network.Input.Width, model.Network.Input.Height);
        _mapLength = model.Network.RegionLayout.Size;
        _decoder = new(model.Network, options);
        _options = options;
        _image = image.ToBgrMat();
    }

    public string Name => "OpenCV DNN, own preprocessing, same decoding";

    public void Run()
    {
        using var blob = CvDnn.BlobFromImage(_image, 1 / 255.0, _inputSize, default, swapRB: true, crop: false);
        Forward(blob, map => _decoder.Decode(map, _detections));
        NonMaxSuppression.Apply(_detections, _options.IoUThreshold, _options.ClassAgnostic, _options.MaxDetections);
    }

    public float[] Map(float[] input)
    {
        using var blob = Mat.FromPixelData([1, 3, _inputSize.Height, _inputSize.Width], MatType.CV_32FC1, input);
        float[] map = new float[_mapLength];
        Forward(blob, values => values.CopyTo(map));
        return map;
    }

    private unsafe void Forward(Mat blob, ReadOnlySpanAction read)
    {
        _net.SetInput(blob);
        using var map = _net.Forward(_mapLayer);
        if (map.Total() != _mapLength)
            throw new InvalidOperationException($"OpenCV's layer {_mapLayer} gives {map.Total()} values, expected {_mapLength}.");
        read(new((void*)map.Data, _mapLength));
    }

    public void Dispose()
    {
        _net.Dispose();
        _image.Dispose();
    }

    private delegate void ReadOnlySpanAction(ReadOnlySpan<float> values);
}
