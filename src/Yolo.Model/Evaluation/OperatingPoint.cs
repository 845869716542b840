using System.Globalization;
using System.Text;

namespace Yolo.Model.Evaluation;

/// <summary>What a detector does when only detections at or above one score are kept, under the VOC rules.</summary>
/// <param name="ScoreThreshold">The score, 0 to 1.</param>
/// <param name="TruePositives">Kept detections that found an object, each object counted once.</param>
/// <param name="FalsePositives">Kept detections that found none; those of difficult objects and in crowds are in neither count.</param>
/// <param name="FalseNegatives">Objects not found, difficult ones and crowds apart.</param>
public sealed record OperatingPoint(float ScoreThreshold, int TruePositives, int FalsePositives, int FalseNegatives)
{
    /// <summary>Share of the kept detections that found an object, 0 to 1; <see cref="double.NaN"/> where none is kept.</summary>
    public double Precision => (double)TruePositives / (TruePositives + FalsePositives);

    /// <summary>Share of the objects found, 0 to 1; <see cref="double.NaN"/> where there is no object.</summary>
    public double Recall => (double)TruePositives / (TruePositives + FalseNegatives);

    /// <summary>Harmonic mean of precision and recall, 0 to 1; <see cref="double.NaN"/> where there is neither a kept detection nor an object.</summary>
    public double F1 => 2.0 * TruePositives / (2.0 * TruePositives + FalsePositives + FalseNegatives);

    // The numbers as in any other text of this library, whatever the culture of the user.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"ScoreThreshold = {ScoreThreshold}, TruePositives = {TruePositives}, "
            + $"FalsePositives = {FalsePositives}, FalseNegatives = {FalseNegatives}, "
            + $"Precision = {Precision}, Recall = {Recall}, F1 = {F1}");
        return true;
    }
}
