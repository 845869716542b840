using Yolo.Model.Network;

namespace Yolo.Model.Training.Optimization;

/// <summary>Which learning rate a step has, and which convolutions learn in it. Follows from the options and the number of the step alone,
/// so a resumed run does the same.</summary>
/// <param name="options">The highest rate, its policy, the backbone and what is frozen.</param>
/// <param name="stepsPerEpoch">Optimizer steps in an epoch.</param>
internal sealed class LearningRateSchedule(TrainingOptions options, int stepsPerEpoch)
{
    /// <summary>Refuses options that leave no convolution of a network to learn, or ask for more than it has.</summary>
    /// <exception cref="ArgumentException">All convolutions are to be frozen, the backbone has more than there are, or Nesterov's momentum
    /// is 0.</exception>
    public static void Check(TrainingOptions options, NetworkDefinition network)
    {
        int convolutions = network.Convolutions.Length;
        if (options.FreezeLayers >= convolutions)
        {
            throw new ArgumentException(
                $"{options.FreezeLayers} of {convolutions} convolutions are to be frozen: none would learn.", nameof(options));
        }
        if (options.BackboneLayers > convolutions)
        {
            throw new ArgumentException(
                $"The backbone is to have {options.BackboneLayers} convolutions; the network has {convolutions}.", nameof(options));
        }
        if (options is { Nesterov: true, Momentum: 0 })
            throw new ArgumentException("Nesterov looks ahead along the momentum, which is 0: raise it.", nameof(options));
    }

    /// <summary>The rate of a step, counted from 0. The step itself counts as done, as in Darknet: the first one has the first share of the
    /// burn-in, not none.</summary>
    /// <param name="step">The step.</param>
    /// <param name="epochs">Epochs that the run will have.</param>
    public double At(long step, double epochs) =>
        options.LearningRate * options.LearningRatePolicy.Factor((step + 1.0) / stepsPerEpoch, epochs);

    /// <summary>The share of the rate that a convolution, counted from 0, has in a step: 0 while it is frozen, less than 1 while it belongs
    /// to the backbone.</summary>
    public double ShareOf(int convolution, long step) =>
        convolution < FrozenAt(step) ? 0 : convolution < options.BackboneLayers ? options.BackboneRateFactor : 1;

    /// <summary>How many convolutions at the start of the network are frozen in a step.</summary>
    public int FrozenAt(long step) => options.FreezeEpochs is { } epochs && step >= (long)epochs * stepsPerEpoch ? 0 : options.FreezeLayers;
}
