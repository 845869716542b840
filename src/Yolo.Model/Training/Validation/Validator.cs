using System.Globalization;
using TorchSharp;
using Yolo.Model.Encoding;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Losses;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Validation;

/// <summary>Measures a module on images that it is not trained on: the loss without augmentation, and mAP50 as an evaluation of the trained model gives it.</summary>
internal sealed class Validator
{
    private readonly NetworkDefinition _network;
    private readonly TrainingOptions _options;
    private readonly RegionLoss _loss;
    private readonly BatchLoss _batchLoss;
    private readonly DeviceTransfers _transfers;
    private readonly ReadableImages _images;
    private readonly TrainingGroup _group;
    private readonly TrainingPictures? _pictures;
    private readonly TrainingInput _input;
    private readonly RegionDecoder _decoder;
    private readonly string[] _classNames;
    private readonly Augmentation _plain;
    private readonly List<GroundTruth> _objects = [];
    private readonly List<Detection> _detections = [];

    /// <summary>Takes the images.</summary>
    /// <exception cref="ArgumentException">No image has an object that is neither difficult nor a crowd: there would be no mAP.</exception>
    public Validator(NetworkDefinition network, TrainingOptions options, RegionLoss loss, BatchLoss batchLoss, DeviceTransfers transfers, ReadableImages images, TrainingGroup group, TrainingPictures? pictures)
    {
        if (!images.Labels.Any(image => image.Objects.Any(static item => item.IsTaught)))
            throw new ArgumentException($"None of the {images.Labels.Count} validation images has an object that counts: there is nothing to be found.", nameof(images));
        (_network, _options, _loss, _batchLoss, _transfers, _images, _group, _pictures) = (network, options, loss, batchLoss, transfers, images, group, pictures);
        _input = new(network.Input.Width, network.Input.Height, new TargetEncoder(network.RegionLayout, network.Region.Anchors));
        // Average precision needs the whole curve: Darknet's threshold for it.
        _decoder = new(network, new DetectionOptions { ScoreThreshold = 0.005f });
        _plain = new(null, options.Filter);
        _classNames = [.. Enumerable.Range(0, network.Region.Classes).Select(index => index.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>Measures the module as it scores: by its rolling statistics. It is left in training mode, otherwise as it was.</summary>
    /// <exception cref="InvalidDataException">Too many of the images cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The measuring was cancelled.</exception>
    public ValidationMetrics Measure(YoloModule module, long seen, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        module.eval();
        try
        {
            using var sheet = _pictures?.OfValidation(_images.Labels.Count);
            var found = new List<FoundObject>();
            var own = _group.Shard.Of(_images.Labels.Count);
            Span<double> sums = [0, 0];
            foreach (int[] indices in Enumerable.Range(own.Start, own.Count).Chunk(_options.PartSize))
            {
                // Together with others it is cancelled before the next step.
                if (_group.Processes is null)
                    cancellation.ThrowIfCancellationRequested();
                var images = indices.Select(index => (Index: index, Image: _images.TryLoad(index))).Where(item => item.Image is not null).ToList();
                if (images.Count == 0)
                    continue;
                sums[0] += MeasureBatch(module, seen, [.. images.Select(item => item.Image!)], [.. images.Select(item => item.Index)], found, sheet) * images.Count;
                sums[1] += images.Count;
            }
            sheet?.Save();
            _group.Sum(sums);
            _group.Share(_images.Skipped);
            return sums[1] > 0 ? Metrics(sums[0] / sums[1], Evaluate(_group.Gather(found)))
                : throw new InvalidDataException($"None of the {_images.Labels.Count} validation images can be read.");
        }
        finally
        {
            module.train();
            _images.Skipped.Tell();
        }
    }

    private static ValidationMetrics Metrics(double loss, DetectionMetrics metrics) => new(loss, metrics.MeanAveragePrecisionVoc2010)
    {
        MeanAveragePrecision = metrics.MeanAveragePrecisionCoco,
        ClassAveragePrecision50 = [.. metrics.Classes.Select(item => item.AveragePrecisionVoc2010)],
    };

    /// <summary>Judges what was found in all images that could be read.</summary>
    private DetectionMetrics Evaluate(List<FoundObject> found)
    {
        var evaluator = new DetectionEvaluator(_classNames);
        var byImage = found.ToLookup(item => item.Image, item => item.Detection);
        for (int image = 0; image < _images.Labels.Count; image++)
        {
            if (!_images.Skipped.Contains(image))
                evaluator.Add(_images.Labels[image].Objects, [.. byImage[image]]);
        }
        return evaluator.Compute();
    }

    private double MeasureBatch(
        YoloModule module, long seen, TrainingImage[] images, int[] indices, List<FoundObject> found, TrainingPictures.ValidationSheet? sheet)
    {
        using var scope = NewDisposeScope();
        float[] pixels = new float[images.Length * _input.Count];
        var targets = new EncodedTargets[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            _plain.Apply(images[i], _options.Resize, _input.Width, _input.Height, seed: 0, pixels.AsSpan(i * _input.Count, _input.Count), _objects);
            targets[i] = _input.Encoder.EncodeTaught(_objects, _input.Width, _input.Height);
        }
        var map = module.forward(_transfers.Upload<float>(pixels, ScalarType.Float32, 0, images.Length, 3, _input.Height, _input.Width));
        var loss = _batchLoss.Evaluate(map, _loss.Pack(targets), seen);
        float[] values = _transfers.Download(cat([map.reshape(-1), loss.reshape(1)]));
        for (int i = 0; i < images.Length; i++)
        {
            _decoder.Detect(values.AsSpan(i * _network.RegionLayout.Size, _network.RegionLayout.Size), _detections);
            var mapping = ImageMapping.Create(_options.Resize, images[i].Width, images[i].Height, _input.Width, _input.Height);
            var detections = Detector.ToImage(_detections, mapping);
            found.AddRange(detections.Select(detection => new FoundObject(indices[i], detection)));
            sheet?.Add(images[i], detections);
        }
        return values[^1];
    }

    /// <summary>A detection in an image of a set.</summary>
    private readonly record struct FoundObject(int Image, Detection Detection);
}
