using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>Which errors are worth a look.</summary>
internal static class WorstErrors
{
    /// <summary>The worst errors of each kind, kind by kind: detections by falling score, missed objects by falling area. Equal ones come in the order of the images.</summary>
    /// <param name="errors">All errors.</param>
    /// <param name="count">How many of each kind.</param>
    public static IReadOnlyList<DetectionError> Choose(IReadOnlyList<DetectionError> errors, int count) =>
        [.. errors.GroupBy(error => error.Kind).OrderBy(kind => kind.Key).SelectMany(kind => kind.OrderByDescending(Badness).Take(count))];

    private static float Badness(DetectionError error) => error.Detection?.Score ?? error.Truth?.Box.Area ?? 0;
}
