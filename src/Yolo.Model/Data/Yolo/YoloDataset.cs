namespace Yolo.Model.Data.Yolo;

/// <summary>A data set with YOLO's label files (<see cref="YoloLabels"/>), as Darknet, Ultralytics and labelling programs write it.</summary>
/// <remarks><para>The description is a <c>.yaml</c> with <c>names</c> and <c>train</c>, <c>val</c>, <c>test</c> (Ultralytics), or a <c>.data</c> with <c>names</c>, <c>train</c> and <c>valid</c> (Darknet), or
/// a folder with <c>classes.txt</c> or a <c>.names</c> and the images in <c>images/train</c>, <c>train/images</c> and so on, in <c>images</c> or in the folder itself. Sets are folders, sub-folders
/// included, or lists of image files. Links among the sub-folders are refused.</para>
/// <para>The labels of <c>.../images/x.jpg</c> are in <c>.../labels/x.txt</c>, else beside the image. An image without a label file has no objects, and is warned of.</para></remarks>
public static class YoloDataset
{
    /// <summary>Reads the labels of a set of images; of the images themselves the first bytes are read, for their size.</summary>
    /// <param name="path">The description: a <c>.yaml</c>, a <c>.data</c>, or a folder.</param>
    /// <param name="imageSet">Name of the set: <c>train</c>, <c>val</c> (<c>valid</c> of a <c>.data</c>), <c>test</c>. Null: all of them.</param>
    /// <param name="options">What is done about flaws, and which pixels boxes count in; null: the defaults.</param>
    /// <returns>The images, those without objects included.</returns>
    /// <exception cref="FileNotFoundException">The description, a set or a list is not there; with <see cref="OnError.Throw"/>, an image of one is not.</exception>
    /// <exception cref="InvalidDataException">The description is malformed, a folder below one of images is a link, or more is flawed than may be skipped; with <see cref="OnError.Throw"/>, a label
    /// file or an image is malformed. The message gives file, line, expected and found.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static IReadOnlyList<LabelledImage> Load(string path, string? imageSet = null, LoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return DatasetLoader.Load(YoloReader.Open(path), imageSet, new FlawLog(options));
    }
}
