using System.Diagnostics;
using System.Globalization;
using Yolo.Model.Training.Checkpoints;

namespace Yolo.Model.Training;

/// <summary>Counts the steps of a run and keeps the means of its loss terms.</summary>
internal sealed class TrainingHistory(int epochs, int stepsPerEpoch, IReadOnlyList<string> termNames)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double[] _sums = new double[termNames.Count + 1];
    private TrainingProgress[] _history = [];
    private TimeSpan _before;
    private long _steps;

    /// <summary>Epochs done, fractions included.</summary>
    public double EpochsDone => (double)_steps / stepsPerEpoch;

    /// <summary>Steps done.</summary>
    public long Steps => _steps;

    /// <summary>Whether an epoch has just ended.</summary>
    public bool IsBetweenEpochs => _steps > 0 && _steps % stepsPerEpoch == 0;

    /// <summary>Whether all epochs are done.</summary>
    public bool IsAtEnd => _steps == (long)epochs * stepsPerEpoch;

    /// <summary>Where the run stands.</summary>
    public HistoryRecord Position => new(_steps, [.. _sums], _history, Elapsed);

    /// <summary>The last report of each epoch done.</summary>
    public IReadOnlyList<TrainingProgress> History => _history;

    private TimeSpan Elapsed => _before + _clock.Elapsed;

    /// <summary>Whether a run with the same steps can have stood there.</summary>
    public bool Holds(HistoryRecord position) =>
        position.Steps >= 0 && position.Steps <= (long)epochs * stepsPerEpoch && position.Sums.Count == _sums.Length && position.History.Count == position.Steps / stepsPerEpoch;

    /// <summary>Goes on from where a run with the same steps stood.</summary>
    public void MoveTo(HistoryRecord position)
    {
        (_steps, _before) = (position.Steps, position.Elapsed);
        for (int i = 0; i < _sums.Length; i++)
            _sums[i] = position.Sums[i];
        _history = [.. position.History];
        _clock.Restart();
    }

    /// <summary>Adds the result of a validation to the epoch just ended, whose report it returns.</summary>
    public TrainingProgress Validated(ValidationMetrics metrics)
    {
        _history = [.. _history[..^1], _history[^1] with { Validation = metrics }];
        return _history[^1] with { History = _history };
    }

    /// <summary>Stops a run whose loss is no number any more.</summary>
    /// <exception cref="InvalidOperationException">A term is infinite or not a number; the message lists them all.</exception>
    public void CheckFinite(ReadOnlySpan<float> terms)
    {
        bool finite = true;
        foreach (float term in terms)
            finite &= float.IsFinite(term);
        if (finite)
            return;
        var values = termNames.Append("total").Zip(terms.ToArray(), (name, value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value}"));
        throw new InvalidOperationException(
            $"The loss is no longer finite in epoch {_steps / stepsPerEpoch + 1}, step {_steps % stepsPerEpoch + 1}: {string.Join(", ", values)}. "
            + "Try a lower learning rate, a longer burn-in, or stronger gradient clipping.");
    }

    /// <summary>Counts a step; <paramref name="terms"/> are its loss terms, the total last; <paramref name="waited"/> is how long steps waited for data so far.</summary>
    public TrainingProgress Advance(double learningRate, ReadOnlySpan<float> terms, TimeSpan waited)
    {
        int step = (int)(_steps % stepsPerEpoch) + 1;
        if (step == 1)
            Array.Clear(_sums);
        for (int i = 0; i < _sums.Length; i++)
            _sums[i] += terms[i];
        int epoch = (int)(_steps / stepsPerEpoch) + 1;
        _steps++;
        var elapsed = Elapsed;
        var progress = new TrainingProgress(
            epoch, epochs, step, stepsPerEpoch, learningRate, _sums[^1] / step,
            [.. termNames.Select((name, i) => KeyValuePair.Create(name, _sums[i] / step))],
            elapsed, elapsed * ((double)((long)epochs * stepsPerEpoch - _steps) / _steps)) { Waited = waited };
        // Without the history of its own: entries of a history hold none.
        if (step == stepsPerEpoch)
            _history = [.. _history, progress];
        return progress with { History = _history };
    }
}
