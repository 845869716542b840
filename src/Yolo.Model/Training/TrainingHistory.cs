using System.Diagnostics;
using Yolo.Model.Training.Checkpoints;

namespace Yolo.Model.Training;

/// <summary>Counts the steps of a run, keeps the means of its loss terms, and the report of each epoch.</summary>
internal sealed class TrainingHistory(int epochs, int stepsPerEpoch, IReadOnlyList<string> termNames, TimeSpan? maxDuration = null)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double[] _sums = new double[termNames.Count + 1];
    private TrainingProgress[] _epochs = [];
    private TimeSpan _before;
    private TimeSpan? _agreed;

    /// <summary>Steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>Epochs done, fractions included.</summary>
    public double EpochsDone => (double)Steps / stepsPerEpoch;

    /// <summary>Whether an epoch has just ended.</summary>
    public bool IsBetweenEpochs => Steps > 0 && Steps % stepsPerEpoch == 0;

    /// <summary>Whether all epochs are done, or no other one fits into the time.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Epochs that the run will have: those asked for, or as many as the time allows by the pace so far.</summary>
    public double PlannedEpochs
    {
        get
        {
            if (maxDuration is not { } duration || Steps == 0)
                return epochs;
            double planned = Math.Floor(duration / Elapsed * EpochsDone);
            return Math.Clamp(planned, Math.Max(1, Math.Ceiling(EpochsDone)), epochs);
        }
    }

    /// <summary>The last report of each epoch done.</summary>
    public IReadOnlyList<TrainingProgress> Epochs => _epochs;

    /// <summary>The report of the last step; null before the first one of this process.</summary>
    public TrainingProgress? Latest { get; private set; }

    /// <summary>Time spent training, that of earlier processes included.</summary>
    public TimeSpan Elapsed => _agreed ?? Measured;

    /// <summary>The same by the clock of this process.</summary>
    public TimeSpan Measured => _before + _clock.Elapsed;

    /// <summary>Names of the loss terms.</summary>
    public IReadOnlyList<string> TermNames => termNames;

    /// <summary>The step under way, in words.</summary>
    public string Place => FormattableString.Invariant($"epoch {Steps / stepsPerEpoch + 1}, step {Steps % stepsPerEpoch + 1}");

    /// <summary>What a checkpoint keeps.</summary>
    public HistoryRecord ToRecord() => new(Steps, [.. _sums], _epochs, Elapsed);

    /// <summary>Whether a run with as many steps an epoch can have come to where a record was made.</summary>
    public bool Allows(HistoryRecord record) => record.Steps >= 0 && record.Steps <= (long)epochs * stepsPerEpoch
        && record.Sums.Count == _sums.Length && record.History.Count == record.Steps / stepsPerEpoch;

    /// <summary>Goes on from where a record was made.</summary>
    public void ContinueFrom(HistoryRecord record)
    {
        (Steps, _before) = (record.Steps, record.Elapsed);
        for (int i = 0; i < _sums.Length; i++)
            _sums[i] = record.Sums[i];
        _epochs = [.. record.History];
        Latest = _epochs is [.., var last] && IsBetweenEpochs ? last with { History = _epochs } : null;
        _clock.Restart();
        IsAtEnd = IsEnd();
    }

    /// <summary>Takes the time that all processes of a distributed run have agreed on, until the next time.</summary>
    public void Agree(TimeSpan elapsed) => _agreed = elapsed;

    /// <summary>Counts a step.</summary>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="terms">Its loss terms, the total last.</param>
    /// <param name="waited">How long steps waited for data so far.</param>
    public void Advance(double learningRate, ReadOnlySpan<float> terms, TimeSpan waited)
    {
        int step = (int)(Steps % stepsPerEpoch) + 1;
        if (step == 1)
            Array.Clear(_sums);
        for (int i = 0; i < _sums.Length; i++)
            _sums[i] += terms[i];
        int epoch = (int)(Steps / stepsPerEpoch) + 1;
        Steps++;
        var elapsed = Elapsed;
        var report = new TrainingProgress(
            epoch, epochs, step, stepsPerEpoch, learningRate, _sums[^1] / step,
            [.. termNames.Select((name, i) => KeyValuePair.Create(name, _sums[i] / step))],
            elapsed, elapsed * ((PlannedEpochs - EpochsDone) / EpochsDone)) { Waited = waited };
        // Entries of a history hold none of their own.
        if (step == stepsPerEpoch)
            _epochs = [.. _epochs, report];
        Latest = report with { History = _epochs };
        IsAtEnd = IsEnd();
    }

    private bool IsEnd() => Steps == (long)epochs * stepsPerEpoch || IsBetweenEpochs && PlannedEpochs <= EpochsDone;

    /// <summary>Adds the result of a validation to the epoch just ended.</summary>
    public void AddValidation(ValidationMetrics metrics)
    {
        _epochs = [.. _epochs[..^1], _epochs[^1] with { Validation = metrics }];
        Latest = _epochs[^1] with { History = _epochs };
    }
}
