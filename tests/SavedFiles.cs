using Microsoft.ML;
using SkiaSharp;
using Yolo.MLNet.Scoring;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;
using Yolo.Model.Drawing;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Weights;

namespace Yolo;

/// <summary>A file of each kind that is saved, in two versions of equal meaning and other content. Linked into Yolo.MLNet.Tests and Yolo.SavingProcess.</summary>
internal sealed class SavedFiles
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly DetectorModel _model;
    private readonly ITransformer _transformer;
    private readonly int _version;

    public SavedFiles(int version)
    {
        _version = version;
        // Two megabytes of weights, so that saving them takes a while.
        NetworkDefinition network = new(new(3, 64, 64),
        [
            new ConvolutionalLayer(192, 3, 8, 1, BatchNormalize: true, Activation.Leaky),
            new ConvolutionalLayer(256, 3, 1, 1, BatchNormalize: true, Activation.Leaky),
            new ConvolutionalLayer(7, 1, 1, 0, BatchNormalize: false, Activation.Linear),
            new RegionLayer(new AnchorSet(new BoxShape(1, 2)), Classes: 2),
        ]);
        _model = new(network, WeightInitializer.Create(network, seed: version), [$"cat {version}", $"dog {version}"]);
        _transformer = _ml.Transforms.YoloV2Detect(_model).Fit(_ml.Data.LoadFromEnumerable<ImageInput>([]));
    }

    /// <summary>Name of each file, and what saves it to a path.</summary>
    public IReadOnlyList<(string Name, Action<string> Save)> All =>
    [
        ("model.zip", path => _ml.Model.SaveAtomic(_transformer, null, path)),
        ("model.weights", path => DarknetWeightsFile.Write(path, _model.Network, _model.Weights)),
        ("model.cfg", path => DarknetModel.Save(_model, path, path + ".weights", path + ".names")),
        ("model.onnx", path => OnnxExporter.Save(_model, path)),
        ("picture.png", SavePicture),
        ("labels.xml", path => VocAnnotationWriter.Write(path, "picture.png", 640, 480, Boxes.Select(box => new LabelledObject("cat", box, Difficult: false)))),
        ("labels.txt", path => YoloLabels.Write(path, 640, 480, Boxes.Select(box => (_version, box)))),
    ];

    private IEnumerable<BoundingBox> Boxes => Enumerable.Range(0, 5_000).Select(i => new BoundingBox(_version + i % 600, 1, _version + i % 600 + 30, 400));

    private void SavePicture(string path)
    {
        using var bitmap = new SKBitmap(640, 480);
        bitmap.Erase(_version == 0 ? SKColors.Red : SKColors.Blue);
        DetectionRenderer.SavePng(bitmap, path);
    }
}
