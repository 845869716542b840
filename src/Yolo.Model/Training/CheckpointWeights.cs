namespace Yolo.Model.Training;

/// <summary>Which of the weights in a checkpoint make a model.</summary>
public enum CheckpointWeights
{
    /// <summary>What the run would end with if it ended there: those of the best validation if they are kept, else the average, else those of the last step.</summary>
    Result,

    /// <summary>The running average.</summary>
    Average,

    /// <summary>Those of the last step.</summary>
    Last,
}
