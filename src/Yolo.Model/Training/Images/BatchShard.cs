namespace Yolo.Model.Training.Images;

/// <summary>The images of a step that one of several processes computes: a run of them as long as those of the others, or longer by
/// one.</summary>
/// <param name="Rank">Number of the process.</param>
/// <param name="Size">Number of processes.</param>
internal readonly record struct BatchShard(int Rank, int Size)
{
    /// <summary>All images.</summary>
    public static BatchShard Whole { get; } = new(0, 1);

    /// <summary>Where the images of the process begin among those of a step, and how many there are; with fewer images than processes some
    /// have none.</summary>
    public (int Start, int Count) Of(int images)
    {
        int start = (int)((long)images * Rank / Size), end = (int)((long)images * (Rank + 1) / Size);
        return (start, end - start);
    }

    /// <summary>The largest share of a step that a process has.</summary>
    public int Largest(int images) => (images + Size - 1) / Size;
}
