namespace Yolo.Model.Data;

/// <summary>How <see cref="DatasetSplit"/> divides images.</summary>
public sealed record DatasetSplitOptions
{
    /// <summary>Seed of the chance. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Whether each set gets its fraction of the objects of every class, as nearly as images allow; a class of as many images (or
    /// groups) as there are sets is then in each of them, while there is room. Else only the number of images counts. Default:
    /// true.</summary>
    public bool Stratify { get; init; } = true;

    /// <summary>Names the group of an image; images of a group stay together, such as frames of one film or copies of one picture. Default:
    /// null, each is alone. <see cref="DatasetSplit.GroupBy"/> makes one of a pattern.</summary>
    public Func<LabelledImage, string>? GroupOf { get; init; }
}
