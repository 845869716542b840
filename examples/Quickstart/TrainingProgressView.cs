using System.Globalization;
using Spectre.Console;
using Yolo.Model.Training;

namespace Quickstart;

/// <summary>Shows a training run: a bar with the loss and the time left in a terminal, a line per epoch elsewhere.</summary>
internal sealed class TrainingProgressView(Action<TrainingProgress> show, Action<IReadOnlyList<TrainingProgress>> epochDone) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        show(value);
        if (value.Step == value.StepsPerEpoch)
            epochDone(value.History);
    }

    /// <summary>Runs a training with a view of it.</summary>
    /// <param name="train">The training; it is given the view to report to.</param>
    /// <param name="epochDone">Given the last report of each epoch so far, whenever one ends.</param>
    /// <returns>What the training returned.</returns>
    public static T Run<T>(Func<IProgress<TrainingProgress>, T> train, Action<IReadOnlyList<TrainingProgress>> epochDone) =>
        AnsiConsole.Profile.Out.IsTerminal ? RunWithBar(train, epochDone) : RunWithLines(train, epochDone);

    private static T RunWithBar<T>(Func<IProgress<TrainingProgress>, T> train, Action<IReadOnlyList<TrainingProgress>> epochDone) =>
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
                }, epochDone);
                return train(view);
            });

    private static T RunWithLines<T>(Func<IProgress<TrainingProgress>, T> train, Action<IReadOnlyList<TrainingProgress>> epochDone)
    {
        var view = new TrainingProgressView(progress =>
        {
            if (progress.Step == progress.StepsPerEpoch)
                Console.WriteLine($"  epoch {progress.Epoch,3}/{progress.Epochs}  {Describe(progress)}");
        }, epochDone);
        return train(view);
    }

    private static string Describe(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"loss {progress.Loss:F3}{Measured(progress)}  {progress.Elapsed:h\\:mm\\:ss} elapsed, {progress.Remaining:h\\:mm\\:ss} left");

    private static string Measured(TrainingProgress progress) => progress.Validation is { } measured
        ? string.Create(CultureInfo.InvariantCulture, $"  validation loss {measured.Loss:F3}, mAP50 {measured.MeanAveragePrecision50:F3}")
        : "";
}
