using System.Globalization;

namespace Yolo.Model.Reports;

/// <summary>Numbers as the page shows them.</summary>
internal static class Numbers
{
    /// <summary>A share as a percentage with one decimal, without the sign; a dash where it does not exist.</summary>
    public static string Percent(double share) => double.IsNaN(share) ? "–" : (100 * share).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>A score with three decimals; a dash where there is none.</summary>
    public static string Score(float? score) => score?.ToString("F3", CultureInfo.InvariantCulture) ?? "–";

    public static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun: 1 image, 2 images.</summary>
    public static string Of(int count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";
}
