using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Encoding;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training.Images;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>Measures a module on images that it is not trained on: the loss without augmentation, and mAP50 as an evaluation of the trained model gives it.</summary>
internal sealed class Validator
{
    private readonly NetworkDefinition _network;
    private readonly TrainingOptions _options;
    private readonly RegionLoss _loss;
    private readonly ITrainingImages _images;
    private readonly TrainingInput _input;
    private readonly RegionDecoder _decoder;
    private readonly string[] _classNames;
    private readonly Augmentation _plain;
    private readonly List<GroundTruth> _objects = [];
    private readonly List<Detection> _detections = [];

    /// <summary>Takes the images.</summary>
    /// <exception cref="ArgumentException">No image has an object that is not difficult: there would be no mAP.</exception>
    public Validator(NetworkDefinition network, TrainingOptions options, RegionLoss loss, ITrainingImages images)
    {
        if (!images.Labels.Any(image => image.Objects.Any(truth => !truth.Difficult)))
            throw new ArgumentException($"None of the {images.Labels.Count} validation images has an object that counts: there is nothing to be found.", nameof(images));
        (_network, _options, _loss, _images) = (network, options, loss, images);
        _input = new(network.Input.Width, network.Input.Height, new TargetEncoder(network.RegionLayout, network.Region.Anchors));
        // Average precision needs the whole curve: Darknet's threshold for it.
        _decoder = new(network, new DetectionOptions { ScoreThreshold = 0.005f });
        _plain = new(null, options.Filter);
        _classNames = [.. Enumerable.Range(0, network.Region.Classes).Select(index => index.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>Measures the module as it scores: by its rolling statistics. It is left in training mode, otherwise as it was.</summary>
    /// <exception cref="OperationCanceledException">The measuring was cancelled.</exception>
    public ValidationMetrics Measure(YoloModule module, Device device, long seen, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        module.eval();
        try
        {
            var evaluator = new DetectionEvaluator(_classNames);
            double loss = 0;
            int count = _images.Labels.Count, perBatch = (_options.BatchSize + _options.Subdivisions - 1) / _options.Subdivisions;
            foreach (int[] indices in Enumerable.Range(0, count).Chunk(perBatch))
            {
                cancellation.ThrowIfCancellationRequested();
                loss += MeasureBatch(module, device, seen, _images.Load(indices), evaluator) * indices.Length / count;
            }
            return new(loss, evaluator.Compute().MeanAveragePrecisionVoc2010);
        }
        finally
        {
            module.train();
        }
    }

    private double MeasureBatch(YoloModule module, Device device, long seen, TrainingImage[] images, DetectionEvaluator evaluator)
    {
        using var scope = NewDisposeScope();
        var pixels = empty(images.Length, _network.Input.Channels, _input.Height, _input.Width);
        var targets = new EncodedTargets[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            var destination = MemoryMarshal.Cast<byte, float>(pixels.bytes).Slice(i * _input.Count, _input.Count);
            _plain.Apply(images[i], _options.Resize, _input.Width, _input.Height, seed: 0, destination, _objects);
            _objects.RemoveAll(truth => truth.Difficult);
            targets[i] = _input.Encoder.Encode(_objects, _input.Width, _input.Height);
        }
        var map = module.forward(pixels.to(device));
        var values = MemoryMarshal.Cast<byte, float>(map.cpu().contiguous().bytes);
        for (int i = 0; i < images.Length; i++)
        {
            _decoder.Detect(values.Slice(i * _network.RegionLayout.Size, _network.RegionLayout.Size), _detections);
            var mapping = ImageMapping.Create(_options.Resize, images[i].Width, images[i].Height, _input.Width, _input.Height);
            evaluator.Add(images[i].Objects, Detector.ToImage(_detections, mapping));
        }
        return _loss.Compute(map, targets, seen).Total.cpu().item<float>();
    }
}
