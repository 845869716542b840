namespace Quickstart;

/// <summary>The checkpoints of a training that has not ended.</summary>
internal sealed class Checkpoints(DirectoryInfo folder)
{
    private IEnumerable<string> Files => Directory.Exists(folder.FullName) ? Directory.EnumerateFiles(folder.FullName, "*.checkpoint") : [];

    /// <summary>Refuses to start a training where another could still go on.</summary>
    /// <exception cref="InvalidOperationException">There are checkpoints.</exception>
    public void RequireNone()
    {
        if (Files.Any())
            throw new InvalidOperationException($"{folder.FullName} holds a training that has not ended. Go on with it by --resume, or delete that folder to start anew.");
    }

    /// <summary>How to go on with a training that was stopped.</summary>
    public string WayOn() => Files.Any()
        ? "Cancelled. The same command with --resume goes on where the training stopped."
        : "Cancelled before the training had made a step.";

    /// <summary>Deletes the checkpoints.</summary>
    public void Clear()
    {
        foreach (string file in Files)
            File.Delete(file);
    }
}
