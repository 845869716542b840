namespace Yolo.Model.Data;

/// <summary>The rule for how many images or objects may be skipped, in loaders, trainings and evaluations alike.</summary>
internal static class SkippedShare
{
    /// <summary>Whether more are skipped than may be: then the path or the format is wrong. One of several never is too many, because it says nothing about the others.</summary>
    /// <param name="skipped">Those that are skipped.</param>
    /// <param name="all">All, those included.</param>
    /// <param name="maximum">The share that may be, 0 to 1.</param>
    public static bool Exceeds(int skipped, int all, double maximum) => skipped > maximum * all && (skipped > 1 || all == 1);
}
