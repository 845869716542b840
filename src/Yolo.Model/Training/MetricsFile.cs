using System.Globalization;
using System.Text;
using Yolo.Model.Files;

namespace Yolo.Model.Training;

/// <summary>The history of a run as comma-separated values: a line per epoch, numbers with a decimal point.</summary>
internal sealed class MetricsFile : ITrainingParticipant
{
    private readonly string _path;

    /// <summary>Makes the folder of the file, so that a bad path is found before the first epoch.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public MetricsFile(string path)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Writes the file whole or not at all, after each epoch.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AfterStep(TrainingState state, CancellationToken cancellation)
    {
        if (state.History.IsBetweenEpochs)
            Write(_path, state.History.Epochs);
    }

    /// <summary>Columns: epoch, learning_rate, loss, the loss terms, validation_loss, map50, seconds; what was not measured is empty.</summary>
    private static void Write(string path, IReadOnlyList<TrainingProgress> history)
    {
        var text = new StringBuilder("epoch,learning_rate,loss");
        foreach (var (name, _) in history[0].Terms)
            text.Append(',').Append(name.Replace(' ', '_'));
        text.Append(",validation_loss,map50,seconds\n");
        foreach (var epoch in history)
        {
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},{epoch.LearningRate:R},{epoch.Loss:R}");
            foreach (var (_, value) in epoch.Terms)
                text.Append(CultureInfo.InvariantCulture, $",{value:R}");
            text.Append(CultureInfo.InvariantCulture, $",{epoch.Validation?.Loss:R},{epoch.Validation?.MeanAveragePrecision50:R},{epoch.Elapsed.TotalSeconds:F1}\n");
        }
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text.ToString())));
    }
}
