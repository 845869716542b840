namespace Yolo.Model.Training;

/// <summary>How a training that is given validation images uses them.</summary>
public sealed record ValidationOptions
{
    /// <summary>Epochs from one validation to the next, at least 1; the last epoch is validated in any case. Default: 1.</summary>
    public int EveryEpochs
    {
        get;
        init => field = Argument.AtLeast(value, 1);
    } = 1;

    /// <summary>Whether the run ends with the weights of the best validation, the one of the highest mAP50, of equal ones that of the lowest loss; else with those of the last step.
    /// The best of many validations flatters itself: measure the result on images that took no part. Default: true.</summary>
    public bool KeepBest { get; init; } = true;

    /// <summary>Validations in a row without a better one after which the run stops early; 0 never does. Default: 0: the learning rate falls to the end of the run, and most is
    /// gained there.</summary>
    public int Patience
    {
        get;
        init => field = Argument.AtLeast(value, 0);
    }
}
