namespace Yolo.Model.Data.Voc;

/// <summary>A data set in the layout of Pascal VOC: <c>Annotations/ID.xml</c>, <c>JPEGImages/ID.jpg</c> and lists of ids in <c>ImageSets/Main/SET.txt</c>. Also with the folders <c>annotations</c> and
/// <c>images</c>, and with the XML files beside their images, in a folder per set (<c>train</c>, <c>valid</c>) or in one.</summary>
/// <remarks>Ids may hold spaces, folders and the image's extension. Encodings that an XML file declares are read.</remarks>
public static class VocDataset
{
    /// <summary>Reads the annotations of a set of images; of the images themselves the first bytes are read, for their size.</summary>
    /// <param name="folder">The folder that holds <c>Annotations</c> and <c>JPEGImages</c>.</param>
    /// <param name="imageSet">Name of the list, such as <c>train</c>; its images come in its order. Null: every annotation, by ordinal id. In VOC's lists of one class (<c>cat_train</c>) the images
    /// marked -1, which show no object of it, are left out.</param>
    /// <param name="options">What is done about flaws, and which pixels boxes count in; null: the defaults.</param>
    /// <returns>The images with their boxes, (xmin, ymin, xmax, ymax) as the annotations give them, clipped to the image.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such data set.</exception>
    /// <exception cref="FileNotFoundException">There is no such list; with <see cref="OnError.Throw"/>, an image lacks its annotation or its file.</exception>
    /// <exception cref="InvalidDataException">More is flawed than may be skipped; with <see cref="OnError.Throw"/>, an annotation or an image is malformed.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static IReadOnlyList<LabelledImage> Load(string folder, string? imageSet = null, LoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return DatasetLoader.Load(VocReader.Open(folder), imageSet, new FlawLog(options));
    }
}
