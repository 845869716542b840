namespace Yolo.Model.Evaluation;

/// <summary>How often objects of one class were detected as another, with the background as the last class of both.</summary>
/// <remarks>Detections at or above <see cref="EvaluationOptions.ScoreThreshold"/> choose in falling order of score, whatever their class: each takes the object it
/// overlaps most among those not yet taken, at an IoU of at least <see cref="EvaluationOptions.IoUThreshold"/>; of equal overlaps one of its own class first. One that
/// could take none but a difficult object is left out. So is one that lies in a crowd of its class by that share of its area, unless it
/// takes an object of its class. Every other one that takes none is a detection of background. Objects that nobody took, difficult ones
/// and crowds apart, were detected as background.</remarks>
public sealed class ConfusionMatrix
{
    private readonly int[,] _counts;

    internal ConfusionMatrix(IReadOnlyList<string> classNames)
    {
        ClassNames = classNames;
        _counts = new int[classNames.Count + 1, classNames.Count + 1];
    }

    /// <summary>Names of the classes, by index, the background not among them.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The index of the background: one behind the last class.</summary>
    public int Background => ClassNames.Count;

    /// <summary>How many objects of a class were detected as another.</summary>
    /// <param name="truth">Class of the object; <see cref="Background"/>: detections of nothing.</param>
    /// <param name="predicted">Class of the detection; <see cref="Background"/>: objects not detected.</param>
    /// <exception cref="IndexOutOfRangeException">An index is neither that of a class nor that of the background.</exception>
    public int this[int truth, int predicted] => _counts[truth, predicted];

    internal void Count(int truth, int predicted) => _counts[truth, predicted]++;
}
