using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>Whether detections end at so high a score that the curves of precision and recall lack their ends, and the averages are too
/// low.</summary>
internal static class CutCurve
{
    /// <summary>Highest threshold at which curves count as whole; Darknet's 0.005 for evaluation lies below.</summary>
    private const float WholeBelow = 0.01f;

    /// <summary>A sentence for those who read the averages; null: the curves are whole.</summary>
    /// <param name="detections">All detections.</param>
    /// <param name="threshold">The score threshold that they were made with; null: unknown, the lowest score stands for it.</param>
    public static string? Warning(IEnumerable<Detection> detections, float? threshold)
    {
        const string Cure = "Average precision needs low scores, too: detect with ScoreThreshold = 0.005 to evaluate.";
        if (threshold is { } known)
            return known > WholeBelow ? FormattableString.Invariant(
                $"The averages are too low: the score threshold of the detections is {known}. {Cure}") : null;
        float? lowest = detections.Min(detection => (float?)detection.Score);
        return lowest switch
        {
            null => $"There is no detection, and the score threshold is not known. {Cure}",
            > WholeBelow => FormattableString.Invariant(
                $"The averages may be too low: the lowest score of a detection is {lowest:F3}. {Cure}"),
            _ => null,
        };
    }
}
