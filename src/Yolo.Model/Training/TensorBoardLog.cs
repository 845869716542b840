using TorchSharp.Modules;
using static TorchSharp.torch.utils;

namespace Yolo.Model.Training;

/// <summary>Writes what a run measures into an event file for TensorBoard: an entry per epoch, at the number of its last step.</summary>
internal sealed class TensorBoardLog : ITrainingParticipant
{
    private readonly SummaryWriter _writer;
    private readonly IReadOnlyList<string> _classNames;

    /// <summary>Makes the folder and an event file in it, beside those of earlier runs and of the same run before it was stopped.</summary>
    /// <param name="folder">The folder that TensorBoard's <c>--logdir</c> names, or one below it.</param>
    /// <param name="classNames">Names of the classes; a class without one has its index.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public TensorBoardLog(string folder, IReadOnlyList<string> classNames)
    {
        _classNames = classNames;
        _writer = tensorboard.SummaryWriter(folder);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AfterStep(TrainingState state, CancellationToken cancellation)
    {
        if (state.History.Latest is { } progress)
            Write(progress);
    }

    /// <summary>Writes the last report of an epoch: means of loss and terms, learning rate and what validation measured. Other reports are
    /// passed over: each number opens the file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(TrainingProgress progress)
    {
        if (progress.Step != progress.StepsPerEpoch)
            return;
        int step = checked((int)((long)progress.Epoch * progress.StepsPerEpoch));
        Add("train/loss", progress.Loss, step);
        foreach (var (name, value) in progress.Terms)
            Add($"train/{name}", value, step);
        Add("train/learning_rate", progress.LearningRate, step);
        if (progress.Validation is not { } measured)
            return;
        Add("validation/loss", measured.Loss, step);
        Add("validation/mAP50", measured.MeanAveragePrecision50, step);
        Add("validation/AP", measured.MeanAveragePrecision, step);
        for (int i = 0; i < measured.ClassAveragePrecision50.Count; i++)
            Add($"AP50/{_classNames.ElementAtOrDefault(i) ?? $"{i}"}", measured.ClassAveragePrecision50[i], step);
    }

    // TensorBoard counts seconds; a class without objects has no number.
    private void Add(string tag, double value, int step)
    {
        if (!double.IsNaN(value))
            _writer.add_scalar(tag, (float)value, step, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }
}
