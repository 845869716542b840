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

    /// <summary>The newest checkpoint that is whole and whose numbers are finite; null where there is none. Each newer one is warned of.</summary>
    public CheckpointFile? OpenNewest()
    {
        foreach (string path in Files())
        {
            var file = CheckpointFile.TryOpen(path);
            if (file?.IsFinite() == true)
                return file;
            file?.Dispose();
            _damaged.Add(path);
            options.Warning?.Invoke(file is null
                ? $"{path}: the checkpoint is damaged (its checksum is wrong) and was skipped."
                : $"{path}: the checkpoint holds numbers that are not finite, since its run had diverged, and was skipped.");
        }
        return null;
    }

    /// <summary>Writes a checkpoint; then removes those that are too old and those that were damaged.</summary>
    /// <returns>The file.</returns>
    public string Save(CheckpointContent content)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{content.Steps:D9}{Extension}");
        string path = Path.Combine(options.Folder, name);
        CheckpointFile.Write(path, content);
        _damaged.RemoveAll(damaged => Path.GetFileName(damaged) == name);
        foreach (string old in _damaged.Concat(Files().Except(_damaged).Skip(options.Keep)))
            File.Delete(old);
        _damaged.Clear();
        return path;
    }

    private static long Steps(string path) =>
        long.TryParse(Path.GetFileName(path.AsSpan())[Prefix.Length..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long steps) ? steps : -1;
}
