using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>Compares detections with ground truth, image by image, under the rules of Pascal VOC and of COCO.</summary>
/// <remarks>Detections of equal score rank in the order in which they were added. For a fair result add detections down to a low score:
/// average precision needs the whole curve. Not safe for use by several threads at once.</remarks>
public sealed class DetectionEvaluator
{
    private readonly string[] _classNames;
    private readonly List<EvaluatedImage> _images = [];
    private readonly EvaluationOptions _options;

    /// <summary>Starts with no image.</summary>
    /// <param name="classNames">Names of the classes, by the index that detections and ground truth carry.</param>
    /// <param name="options">The options; the defaults where null.</param>
    public DetectionEvaluator(IReadOnlyList<string> classNames, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        _classNames = [.. classNames];
        _options = options ?? new();
    }

    /// <summary>Adds one image: its objects and what was detected in it, boxes in the same unit (pixels for the VOC rules), in any order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A class index is not one of the class names.</exception>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public void Add(IReadOnlyList<GroundTruth> truths, IReadOnlyList<Detection> detections)
    {
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(detections);
        for (int i = 0; i < truths.Count; i++)
            CheckClass(truths[i].ClassIndex, nameof(truths), i);
        for (int i = 0; i < detections.Count; i++)
        {
            CheckClass(detections[i].ClassIndex, nameof(detections), i);
            if (float.IsNaN(detections[i].Score))
                throw new ArgumentException($"Detection {i} has the score NaN.", nameof(detections));
        }

        _images.Add(new([.. truths], [.. detections.OrderByDescending(detection => detection.Score)]));
    }

    /// <summary>The results for the images added so far.</summary>
    public DetectionMetrics Compute()
    {
        var imagesOfClass = _classNames.Select(_ => new List<ImageOfClass>()).ToArray();
        var analysis = new ErrorAnalysis(_classNames, _options);
        for (int i = 0; i < _images.Count; i++)
        {
            var image = _images[i];
            analysis.Add(i, image);
            foreach (int c in image.Truths.Select(truth => truth.ClassIndex).Concat(image.Detections.Select(detection => detection.ClassIndex)).Distinct())
                imagesOfClass[c].Add(new(Array.FindAll(image.Truths, truth => truth.ClassIndex == c), Array.FindAll(image.Detections, detection => detection.ClassIndex == c)));
        }
        var classes = _classNames.Select((name, c) => ClassEvaluation.Compute(name, imagesOfClass[c], _options));
        string? warning = CutCurve.Warning(_images.SelectMany(image => image.Detections), _options.DetectionThreshold);
        return new([.. classes], _images.Count, analysis, _options, warning is null ? [] : [warning]);
    }

    private void CheckClass(int index, string list, int position)
    {
        if ((uint)index >= (uint)_classNames.Length)
            throw new ArgumentOutOfRangeException(list, index, $"Class index at position {position}: expected 0 to {_classNames.Length - 1}.");
    }
}
