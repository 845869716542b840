using System.Globalization;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>The checkpoints of a run: their names, the newest whole one, and which are kept.</summary>
internal sealed class CheckpointFolder(CheckpointOptions options)
{
    private const string Prefix = "step-", Extension = ".checkpoint";

    private readonly List<string> _damaged = [];

    /// <summary>Makes the folder and removes what a killed process left half written.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(options.Folder);
        foreach (string path in Directory.EnumerateFiles(options.Folder, $"{Prefix}*{Extension}.*.tmp"))
            File.Delete(path);
    }

    /// <summary>All checkpoints, whole or not, the newest first.</summary>
    public IReadOnlyList<string> Files() => [.. Directory.EnumerateFiles(options.Folder, $"{Prefix}*{Extension}").OrderByDescending(Steps)];

    /// <summary>The newest checkpoint that is whole; null where there is none. Each newer one is warned of.</summary>
    public CheckpointFile? OpenNewest()
    {
        foreach (string path in Files())
        {
            if (CheckpointFile.TryOpen(path) is { } file)
            {
                options.Resumed?.Invoke(path);
                return file;
            }
            _damaged.Add(path);
            options.Warning?.Invoke($"{path}: the checkpoint is damaged (its checksum is wrong) and was skipped.");
        }
        return null;
    }

    /// <summary>Writes a checkpoint; then removes those that are too old and those that were damaged.</summary>
    public void Save(RunFingerprint run, TrainingState state)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{state.Run.Steps:D9}{Extension}");
        string path = Path.Combine(options.Folder, name);
        CheckpointFile.Write(path, run, state);
        _damaged.RemoveAll(damaged => Path.GetFileName(damaged) == name);
        foreach (string old in _damaged.Concat(Files().Except(_damaged).Skip(options.Keep)))
            File.Delete(old);
        _damaged.Clear();
    }

    private static long Steps(string path) =>
        long.TryParse(Path.GetFileName(path.AsSpan())[Prefix.Length..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long steps) ? steps : -1;
}
