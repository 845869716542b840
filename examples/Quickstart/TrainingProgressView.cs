using System.Globalization;
using Spectre.Console;
using Yolo.Model.Training;

namespace Quickstart;

/// <summary>Shows a training run: a bar with the loss and the time left in a terminal, a line per epoch elsewhere.</summary>
internal sealed class TrainingProgressView(Action<TrainingProgress> show) : IProgress<TrainingProgress>
{
    private readonly List<TrainingProgress> _epochs = [];

    /// <summary>The last report of each epoch.</summary>
    public IReadOnlyList<TrainingProgress> Epochs => _epochs;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Step == value.StepsPerEpoch)
            _epochs.Add(value);
        show(value);
    }

    /// <summary>Runs a training with a view of it; the training is given the view to report to.</summary>
    /// <returns>What the training returned, and the last report of each epoch.</returns>
    public static (T Result, IReadOnlyList<TrainingProgress> Epochs) Run<T>(Func<IProgress<TrainingProgress>, T> train) =>
        AnsiConsole.Profile.Out.IsTerminal ? RunWithBar(train) : RunWithLines(train);

    private static (T Result, IReadOnlyList<TrainingProgress> Epochs) RunWithBar<T>(Func<IProgress<TrainingProgress>, T> train) =>
        AnsiConsole.Progress()
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var bar = context.AddTask("preparing");
                var view = new TrainingProgressView(progress =>
                {
                    bar.MaxValue = (double)progress.Epochs * progress.StepsPerEpoch;
                    bar.Value = (progress.Epoch - 1.0) * progress.StepsPerEpoch + progress.Step;
                    bar.Description = Markup.Escape($"epoch {progress.Epoch}/{progress.Epochs}  {Describe(progress)}");
                });
                return (train(view), view.Epochs);
            });

    private static (T Result, IReadOnlyList<TrainingProgress> Epochs) RunWithLines<T>(Func<IProgress<TrainingProgress>, T> train)
    {
        var view = new TrainingProgressView(progress =>
        {
            if (progress.Step == progress.StepsPerEpoch)
                Console.WriteLine($"  epoch {progress.Epoch,3}/{progress.Epochs}  {Describe(progress)}");
        });
        return (train(view), view.Epochs);
    }

    private static string Describe(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"loss {progress.Loss:F3}  {progress.Elapsed:h\\:mm\\:ss} elapsed, {progress.Remaining:h\\:mm\\:ss} left");
}
