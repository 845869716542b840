using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.ML.Runtime;
using Yolo.Model.Training;

namespace Yolo.MLNet.Trainers;

/// <summary>Passes the progress of a training to ML.NET's log, a message and a checkpoint per epoch, and every step to the progress option.</summary>
internal sealed class TrainingLog : IProgress<TrainingProgress>, IDisposable
{
    private readonly IChannel _channel;
    private readonly IProgressChannel _checkpoints;
    private readonly IProgress<TrainingProgress>? _next;
    private readonly ConcurrentQueue<string> _ofWorkers = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile TrainingProgress? _latest;

    public TrainingLog(IHost host, IChannel channel, IProgress<TrainingProgress>? next)
    {
        _channel = channel;
        _next = next;
        _checkpoints = host.StartProgressChannel("YOLOv2 training");
        _checkpoints.SetHeader(new ProgressHeader(["Loss"], ["epochs", "steps"]), entry =>
        {
            if (_latest is not { } progress)
                return;
            entry.SetMetric(0, progress.Loss);
            entry.SetProgress(0, progress.Epoch, progress.Epochs);
            entry.SetProgress(1, progress.Step, progress.StepsPerEpoch);
        });
    }

    public void Report(TrainingSummary summary)
    {
        foreach (string line in summary.Lines())
            Info(line);
    }

    public void Info(string message) => _channel.Info(MessageSensitivity.Schema, message);

    /// <summary>A warning, from any thread. Those of workers are told with the next report, on the thread that reports.</summary>
    public void Warn(string message)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            _channel.Warning(MessageSensitivity.UserData, message);
        else
            _ofWorkers.Enqueue(message);
    }

    public void Report(TrainingProgress value)
    {
        TellOfWorkers();
        _latest = value;
        if (value.Step == value.StepsPerEpoch)
        {
            string terms = string.Join(", ", value.Terms.Select(term => string.Create(CultureInfo.InvariantCulture, $"{term.Key} {term.Value:G4}")));
            string validation = value.Validation is { } measured
                ? string.Create(CultureInfo.InvariantCulture,
                    $", validation loss {measured.Loss:G4}, mAP50 {measured.MeanAveragePrecision50:F3}, "
                    + $"AP {measured.MeanAveragePrecision:F3}")
                : "";
            Info(string.Create(CultureInfo.InvariantCulture,
                $"Epoch {value.Epoch}/{value.Epochs}: loss {value.Loss:G4} ({terms}){validation}, learning rate {value.LearningRate:G3}, {value.Remaining:hh\\:mm\\:ss} remaining."));
            _checkpoints.Checkpoint(value.Loss, value.Epoch, value.Step);
            if (value.Epoch == value.Epochs)
                Info(string.Create(CultureInfo.InvariantCulture, $"Steps waited {value.Waited.TotalSeconds:F1} s of {value.Elapsed.TotalSeconds:F1} s for their images."));
        }
        _next?.Report(value);
    }

    public void Dispose()
    {
        TellOfWorkers();
        _checkpoints.Dispose();
    }

    private void TellOfWorkers()
    {
        while (_ofWorkers.TryDequeue(out string? message))
            _channel.Warning(MessageSensitivity.UserData, message);
    }
}
