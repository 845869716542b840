using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>In which way a detector was wrong.</summary>
public enum DetectionErrorKind
{
    /// <summary>A detection where there is no object, or of another class beside one.</summary>
    FalsePositive,

    /// <summary>An object that was not detected, not even badly localised.</summary>
    Missed,

    /// <summary>A detection that takes an object of another class.</summary>
    WrongClass,

    /// <summary>A detection that takes no object, but overlaps one of its own class that nobody took by an IoU of at least 0.1, below the threshold.</summary>
    BadLocalization,

    /// <summary>A detection of an object, of whatever class, that another one has taken.</summary>
    Duplicate,
}

/// <summary>One error of a detector, as <see cref="ConfusionMatrix"/> matches detections and objects. A crowd is never missed, and a
/// detection in one of its class
/// is no error.</summary>
/// <param name="Kind">In which way it is wrong.</param>
/// <param name="Image">Which image it is in, in the order in which they were evaluated, from 0.</param>
/// <param name="Detection">The detection; null for a missed object.</param>
/// <param name="Truth">The object that was missed or that the detection overlaps; null for a false positive.</param>
/// <param name="IoU">How far detection and object overlap, 0 to 1; 0 where one of them is missing.</param>
public sealed record DetectionError(DetectionErrorKind Kind, int Image, Detection? Detection, GroundTruth? Truth, double IoU);
