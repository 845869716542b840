using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>Compares detections with ground truth, image by image, under the rules of Pascal VOC and of COCO.</summary>
/// <remarks>Detections of equal score rank in the order in which they were added. For a fair result add detections down to a low score:
/// average precision needs the whole curve. Not safe for use by several threads at once.</remarks>
public sealed class DetectionEvaluator
{
    private readonly string[] _classNames;
    private readonly List<ImageOfClass>[] _imagesOfClass;
    private readonly EvaluationOptions _options;
    private int _imageCount;

    /// <summary>Starts with no image.</summary>
    /// <param name="classNames">Names of the classes, by the index that detections and ground truth carry.</param>
    /// <param name="options">The options of the VOC rules; the defaults where null.</param>
    public DetectionEvaluator(IReadOnlyList<string> classNames, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        _classNames = [.. classNames];
        _imagesOfClass = [.. classNames.Select(_ => new List<ImageOfClass>())];
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

        var truthsOfClass = truths.ToLookup(truth => truth.ClassIndex);
        var detectionsOfClass = detections.ToLookup(detection => detection.ClassIndex);
        foreach (int c in truthsOfClass.Select(group => group.Key).Union(detectionsOfClass.Select(group => group.Key)))
            _imagesOfClass[c].Add(new([.. truthsOfClass[c]], [.. detectionsOfClass[c].OrderByDescending(detection => detection.Score)]));
        _imageCount++;
    }

    /// <summary>The results for the images added so far.</summary>
    public DetectionMetrics Compute() =>
        new([.. _classNames.Select((name, c) => ClassEvaluation.Compute(name, _imagesOfClass[c], _options))], _imageCount, _options);

    private void CheckClass(int index, string list, int position)
    {
        if ((uint)index >= (uint)_classNames.Length)
            throw new ArgumentOutOfRangeException(list, index, $"Class index at position {position}: expected 0 to {_classNames.Length - 1}.");
    }
}
