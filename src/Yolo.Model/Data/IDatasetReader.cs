namespace Yolo.Model.Data;

/// <summary>What a format of data sets must be able to say: which images there are, and what the annotation of one says. All else (sizes, orientation, boxes, what is skipped) is the same for
/// all formats.</summary>
internal interface IDatasetReader
{
    /// <summary>Folder or file.</summary>
    string Path { get; }

    /// <summary>How it is laid out.</summary>
    DatasetFormat Format { get; }

    /// <summary>What the format calls an object.</summary>
    string Noun { get; }

    /// <summary>Names of its sets of images; none where it is not divided.</summary>
    IReadOnlyList<string> Sets { get; }

    /// <summary>The classes in the order that the data set declares; null where it declares none.</summary>
    IReadOnlyList<string>? ClassNames { get; }

    /// <summary>The images of a set, or of all of them; what lists name in vain is told to the log.</summary>
    /// <exception cref="IOException">There is no such set, or no data set.</exception>
    /// <exception cref="InvalidDataException">What describes the data set is malformed.</exception>
    IReadOnlyList<DatasetEntry> List(string? imageSet, FlawLog log);

    /// <summary>What the annotation of an image says. Called from several threads.</summary>
    /// <exception cref="IOException">Annotation or image is not there.</exception>
    /// <exception cref="InvalidDataException">The annotation is malformed.</exception>
    AnnotatedImage Read(DatasetEntry entry, FlawLog log);

    /// <summary>Says which images have no annotation, and which annotations no image.</summary>
    /// <param name="images">The images that are used.</param>
    /// <param name="log">Told of the others.</param>
    void FindUnused(IReadOnlyCollection<LabelledImage> images, FlawLog log);
}

/// <summary>An image of a data set that has not been looked at yet.</summary>
/// <param name="Key">What the image is known by in the data set: an id, or the path of its file.</param>
/// <param name="Place">Where it is listed, for messages.</param>
/// <param name="Index">Its place in the reader's own lists.</param>
internal readonly record struct DatasetEntry(string Key, string Place, int Index = 0)
{
    /// <summary>Names of the sets that it belongs to, where they were asked for.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];
}
