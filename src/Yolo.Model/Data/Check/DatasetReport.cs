namespace Yolo.Model.Data.Check;

/// <summary>What a data set holds, and everything about it that is not as it should be.</summary>
public sealed record DatasetReport
{
    /// <summary>The flaws, in the order in which they were found.</summary>
    public required IReadOnlyList<DatasetFlaw> Flaws { get; init; }

    /// <summary>Images that can be read.</summary>
    public required int Images { get; init; }

    /// <summary>How many of them have no object.</summary>
    public required int ImagesWithoutObjects { get; init; }

    /// <summary>The classes, in the order that the data set declares, those without objects included; else in ordinal order.</summary>
    public required IReadOnlyList<ClassCount> Classes { get; init; }

    /// <summary>The sizes of the boxes, in classes that double from one to the next; those at either end that hold none are left out.</summary>
    public required IReadOnlyList<BoxSizeCount> BoxSizes { get; init; }

    /// <summary>The sizes of the images, the most frequent first.</summary>
    public required IReadOnlyList<ImageSizeCount> ImageSizes { get; init; }

    /// <summary>The sets of images, in the order of <see cref="LabelledDataset.Sets"/>; none where one set alone was checked.</summary>
    public required IReadOnlyList<SetCount> Sets { get; init; }
}

/// <summary>How often a class occurs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Objects">Its objects, difficult ones included.</param>
/// <param name="Difficult">Those that are difficult.</param>
/// <param name="Images">Images that show it.</param>
public sealed record ClassCount(string Name, int Objects, int Difficult, int Images);

/// <summary>Boxes of a size: the square root of their area lies from <paramref name="From"/> to below <paramref name="To"/>.</summary>
/// <param name="From">Pixels of the image as stored.</param>
/// <param name="To">Twice as many.</param>
/// <param name="Count">How many there are.</param>
public sealed record BoxSizeCount(int From, int To, int Count);

/// <summary>Images of a size.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Count">How many there are.</param>
public sealed record ImageSizeCount(int Width, int Height, int Count);

/// <summary>A set of images.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Images">Images in it that can be read.</param>
public sealed record SetCount(string Name, int Images);
