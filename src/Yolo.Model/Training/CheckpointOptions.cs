namespace Yolo.Model.Training;

/// <summary>Where and how often a training leaves checkpoints: files from which it goes on after an interruption as if there had been none.</summary>
/// <remarks>A checkpoint is written whole or not at all and carries a checksum. It holds the network, the class names, weights, averaged weights, the state of the optimizer, the position
/// in the run, its history and the options: about four times the size of the weights with AdamW, three times with SGD, and once more with the best weights of a validation. Everything that is drawn by chance follows from the seed and the
/// position. Where the loop is cancelled, a last checkpoint is left.</remarks>
public sealed record CheckpointOptions
{
    /// <summary>Checkpoints in a folder.</summary>
    /// <param name="folder">The folder, for one run alone; it is made if need be.</param>
    /// <exception cref="ArgumentException">The folder is empty or white space.</exception>
    public CheckpointOptions(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Folder = folder;
    }

    /// <summary>The folder; its files are called <c>step-000000120.checkpoint</c>.</summary>
    public string Folder { get; }

    /// <summary>Epochs from one checkpoint to the next, at least 1. The last epoch leaves one in any case. Default: 1.</summary>
    public int EveryEpochs
    {
        get;
        init => field = Argument.AtLeast(value, 1);
    } = 1;

    /// <summary>Time, positive, after which a step leaves a checkpoint although its epoch is not at its end; null: epochs alone count. Default: 10 minutes.</summary>
    public TimeSpan? Interval
    {
        get;
        init
        {
            if (value is { } interval)
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero, nameof(Interval));
            field = value;
        }
    } = TimeSpan.FromMinutes(10);

    /// <summary>Checkpoints that are kept, at least 1; an older one is deleted once the new one is safely there. Default: 3.</summary>
    public int Keep
    {
        get;
        init => field = Argument.AtLeast(value, 1);
    } = 3;

    /// <summary>Whether the run goes on from the newest whole checkpoint in the folder; if there is none, it starts at the beginning. In
    /// Float32 on a CPU, on the same machine and number of threads, the result equals that of a run without interruption bit for bit; on
    /// CUDA it is as close as two runs without interruption are. A run that had ended gives its result at once. Default: false, and a
    /// folder with checkpoints in it is refused.</summary>
    public bool Resume { get; init; }

    /// <summary>Told which damaged checkpoints were skipped. Default: null, nobody.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>Told the file that the run goes on from. Default: null, nobody.</summary>
    public Action<string>? Resumed { get; init; }
}
