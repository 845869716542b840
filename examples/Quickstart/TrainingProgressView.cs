using System.Globalization;
using Spectre.Console;
using Yolo.Model.Training;

namespace Quickstart;

/// <summary>Shows a training run: a bar with the loss, the rate and the time left in a terminal, a line per epoch elsewhere. Linked into Yolo.CommandLine.</summary>
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
    /// <param name="console">Where it is shown.</param>
    /// <param name="train">The training; it is given the view to report to.</param>
    /// <param name="epochDone">Given the last report of each epoch so far, whenever one ends.</param>
    /// <returns>What the training returned.</returns>
    public static T Run<T>(IAnsiConsole console, Func<IProgress<TrainingProgress>, T> train, Action<IReadOnlyList<TrainingProgress>> epochDone) =>
        console.Profile.Out.IsTerminal ? RunWithBar(console, train, epochDone) : RunWithLines(console.Profile.Out.Writer, train, epochDone);

    private static T RunWithBar<T>(IAnsiConsole console, Func<IProgress<TrainingProgress>, T> train, Action<IReadOnlyList<TrainingProgress>> epochDone) =>
        console.Progress()
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

    private static T RunWithLines<T>(TextWriter output, Func<IProgress<TrainingProgress>, T> train, Action<IReadOnlyList<TrainingProgress>> epochDone)
    {
        var view = new TrainingProgressView(progress =>
        {
            if (progress.Step == progress.StepsPerEpoch)
                output.WriteLine($"  epoch {progress.Epoch,3}/{progress.Epochs}  {Describe(progress)}");
        }, epochDone);
        return train(view);
    }

    private static string Describe(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"loss {progress.Loss:F3}{Measured(progress)}  {Rate(progress):F1} steps/s  {progress.Elapsed:h\\:mm\\:ss} elapsed, {progress.Remaining:h\\:mm\\:ss} left");

    private static double Rate(TrainingProgress progress) => ((progress.Epoch - 1.0) * progress.StepsPerEpoch + progress.Step) / Math.Max(progress.Elapsed.TotalSeconds, 1e-3);

    private static string Measured(TrainingProgress progress) => progress.Validation is { } measured
        ? string.Create(CultureInfo.InvariantCulture,
            $"  validation loss {measured.Loss:F3}, mAP50 {measured.MeanAveragePrecision50:F3}, AP {measured.MeanAveragePrecision:F3}")
        : "";
}
