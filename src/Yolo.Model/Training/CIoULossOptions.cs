using Yolo.Model.Training.Losses;

namespace Yolo.Model.Training;

/// <summary>Weights of the terms of a <see cref="CIoULoss"/>.</summary>
public sealed record CIoULossOptions
{
    /// <summary>Weight of the box term, at least 0. Default: 5, as YOLOX weighs its IoU loss against cross-entropies.</summary>
    public double BoxGain
    {
        get;
        init => field = Argument.NotNegative(value);
    } = 5;

    /// <summary>Weight of the objectness of matched predictions, at least 0. Default: 1.</summary>
    public double ObjectGain
    {
        get;
        init => field = Argument.NotNegative(value);
    } = 1;

    /// <summary>Weight of the objectness of background, at least 0. Default: 1.</summary>
    public double NoObjectGain
    {
        get;
        init => field = Argument.NotNegative(value);
    } = 1;

    /// <summary>Weight of the class term, at least 0. Default: 1.</summary>
    public double ClassGain
    {
        get;
        init => field = Argument.NotNegative(value);
    } = 1;

    /// <summary>Share of each class label, at least 0 and below 1, that is spread evenly over all classes, so that the network is less sure
    /// of itself: 0.1 where labels may be wrong. Default: 0, labels are taken at their word.</summary>
    public double LabelSmoothing
    {
        get;
        init => field = Argument.BelowOne(value);
    }

    /// <summary>Shape IoU, above 0 and at most 1, above which further anchors of an object's cell are responsible for it too, unless they have
    /// an object already. Default: 1, the best anchor alone.</summary>
    public double MatchThreshold
    {
        get;
        init
        {
            if (value is not (> 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(MatchThreshold), value, "The match threshold must lie above 0 and at most at 1.");
            field = value;
        }
    } = 1;
}
