using System.Runtime.CompilerServices;

namespace Yolo.Model.Training;

/// <summary>How the learning rate changes during a run: the factor that the highest rate is multiplied by. The family is closed.</summary>
public abstract record LearningRatePolicy
{
    private protected LearningRatePolicy()
    {
    }

    // The longest burn-in, as a share of the run: of a short run most must be left to learn at the full rate.
    private const double LongestBurnIn = 0.2;

    /// <summary>Epochs over which the rate rises, at least 0; never more than a fifth of the run. Default: 3.</summary>
    public double BurnInEpochs
    {
        get;
        init => field = Argument.NotNegative(value);
    } = 3;

    /// <summary>The rate rises as (position / burn-in) to this power, positive. Default: 1, a straight line; Darknet uses 4 (network.c, <c>get_current_rate</c>).</summary>
    public double BurnInPower
    {
        get;
        init => field = Argument.Positive(value);
    } = 1;

    /// <summary>The factor, 0 to 1, at a position in the run.</summary>
    /// <param name="epoch">Epochs done, fractions included, the step that asks counted: the first of 100 steps of an epoch asks at 0.01.
    /// Darknet counts so, too (network.c, <c>train_network_datum</c> adds a batch to <c>seen</c> before it updates the weights).</param>
    /// <param name="epochs">Epochs of the whole run.</param>
    public double Factor(double epoch, double epochs)
    {
        double burnIn = Math.Min(BurnInEpochs, LongestBurnIn * epochs);
        return epoch < burnIn ? Math.Pow(epoch / burnIn, BurnInPower) : AfterBurnIn(epoch, epochs, burnIn);
    }

    /// <summary>The factor once the burn-in has ended after <paramref name="burnIn"/> epochs.</summary>
    private protected abstract double AfterBurnIn(double epoch, double epochs, double burnIn);
}

/// <summary>The highest rate all along.</summary>
public sealed record ConstantPolicy : LearningRatePolicy
{
    private protected override double AfterBurnIn(double epoch, double epochs, double burnIn) => 1;
}

/// <summary>The rate is multiplied by <paramref name="Scale"/> at each of the given points, as in the paper and in Darknet's <c>policy=steps</c>.</summary>
/// <param name="Points">Where, as shares of the run, 0 to 1.</param>
/// <param name="Scale">By how much, usually 0.1.</param>
/// <exception cref="ArgumentException">A point lies outside of the run, or <paramref name="Scale"/> is not positive and finite.</exception>
public sealed record StepsPolicy(IReadOnlyList<double> Points, double Scale = 0.1) : LearningRatePolicy
{
    /// <summary>Where, as shares of the run, 0 to 1.</summary>
    public IReadOnlyList<double> Points { get; init => field = Given(value); } = Given(Points);

    /// <summary>By how much, positive, usually 0.1.</summary>
    public double Scale { get; init => field = Argument.Positive(value); } = Argument.Positive(Scale);

    private protected override double AfterBurnIn(double epoch, double epochs, double burnIn)
    {
        double factor = 1;
        foreach (double point in Points)
        {
            if (epoch >= point * epochs)
                factor *= Scale;
        }
        return factor;
    }

    private static IReadOnlyList<double> Given(IReadOnlyList<double> value, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(value, name);
        foreach (double point in value)
            _ = Argument.InRange(point, 0, 1, name);
        return [.. value];
    }

}

/// <summary>After the burn-in half a cosine from 1 down to <see cref="Final"/> (Loshchilov and Hutter, 2017, without restarts).</summary>
public sealed record CosinePolicy : LearningRatePolicy
{
    /// <summary>Factor at the end of the run, 0 to 1. Default: 0.01.</summary>
    public double Final
    {
        get;
        init => field = Argument.InRange(value, 0, 1);
    } = 0.01;

    private protected override double AfterBurnIn(double epoch, double epochs, double burnIn)
    {
        double position = Math.Min(1, (epoch - burnIn) / (epochs - burnIn));
        return Final + (1 - Final) * 0.5 * (1 + Math.Cos(Math.PI * position));
    }
}
