using System.Globalization;
using System.Text;
using Yolo.Model.Files;

namespace Yolo.Model.Training;

/// <summary>The history of a run as comma-separated values: a line per epoch, numbers with a decimal point.</summary>
internal sealed class MetricsFile : ITrainingParticipant
{
    private readonly string _path;
    private readonly IReadOnlyList<string> _classNames;

    /// <summary>Makes the folder of the file, so that a bad path is found before the first epoch.</summary>
    /// <param name="path">The file to write or to replace.</param>
    /// <param name="classNames">Names of the classes; a class without one has its index.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public MetricsFile(string path, IReadOnlyList<string> classNames)
    {
        _path = path;
        _classNames = classNames;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Writes the file whole or not at all, after each epoch.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AfterStep(TrainingState state, CancellationToken cancellation)
    {
        if (state.History.IsBetweenEpochs)
            Write(state.History.Epochs);
    }

    /// <summary>Columns: epoch, learning_rate, loss, the loss terms, validation_loss, map50, map, ap50_ and the name of each class, seconds;
    /// what was not measured is empty.</summary>
    private void Write(IReadOnlyList<TrainingProgress> history)
    {
        int classes = history.Max(epoch => epoch.Validation?.ClassAveragePrecision50.Count ?? 0);
        var text = new StringBuilder("epoch,learning_rate,loss");
        foreach (var (name, _) in history[0].Terms)
            text.Append(',').Append(name.Replace(' ', '_'));
        text.Append(",validation_loss,map50,map");
        for (int i = 0; i < classes; i++)
            text.Append(',').Append(Quoted($"ap50_{_classNames.ElementAtOrDefault(i) ?? i.ToString(CultureInfo.InvariantCulture)}"));
        text.Append(",seconds\n");
        foreach (var epoch in history)
        {
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},{epoch.LearningRate:R},{epoch.Loss:R}");
            foreach (var (_, value) in epoch.Terms)
                text.Append(CultureInfo.InvariantCulture, $",{value:R}");
            var measured = epoch.Validation;
            foreach (double? value in (double?[])[measured?.Loss, measured?.MeanAveragePrecision50, measured?.MeanAveragePrecision])
                text.Append(',').Append(Measured(value));
            for (int i = 0; i < classes; i++)
                text.Append(',').Append(Measured(measured?.ClassAveragePrecision50.Skip(i).Append(double.NaN).First()));
            text.Append(CultureInfo.InvariantCulture, $",{epoch.Elapsed.TotalSeconds:F1}\n");
        }
        AtomicFile.Write(_path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Measured(double? value) =>
        value is { } number && !double.IsNaN(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";

    // RFC 4180.
    private static string Quoted(string name) =>
        name.AsSpan().ContainsAny(",\"\r\n") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
