using Microsoft.ML.Runtime;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Data;
using Yolo.Model.Data.Coco;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;

namespace Microsoft.ML;

/// <summary>Adds loaders of labelled images to <c>mlContext.Data</c>.</summary>
public static class DataCatalogExtensions
{
    /// <summary>Loads a data set in the layout of Pascal VOC: <c>Annotations/ID.xml</c>, <c>JPEGImages/ID.jpg</c> and lists of ids in <c>ImageSets/Main/SET.txt</c>.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="folder">The folder that holds <c>Annotations</c> and <c>JPEGImages</c>.</param>
    /// <param name="imageSet">Name of the list, such as <c>train</c>; null: every annotation, by ordinal file name.</param>
    /// <returns>A row per image: <c>ImagePath</c> (text); <c>Image</c>, decoded only when it is read, a new image for each reading, which belongs to the reader;
    /// <c>Labels</c> (vector of text); <c>BoundingBoxes</c> (vector of Single, x0, y0, x1, y1 per object in pixels of the image as stored, clipped to it);
    /// <c>Difficult</c> (vector of Boolean). Rows can be shuffled. Boxes that are skipped or clipped are warned of in ML.NET's log.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no <c>Annotations</c> or <c>JPEGImages</c> folder.</exception>
    /// <exception cref="FileNotFoundException">There is no such list, or an image of it lacks its annotation or its file.</exception>
    /// <exception cref="InvalidDataException">A list, an annotation or an image is malformed.</exception>
    public static IDataView LoadFromVoc(this DataOperationsCatalog catalog, string folder, string? imageSet = null) =>
        Load(catalog, nameof(LoadFromVoc), warn => VocDataset.Load(folder, imageSet, warn));

    /// <summary>Loads a data set in COCO's object detection format.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="annotations">The JSON file, such as <c>annotations/instances_val2017.json</c>.</param>
    /// <param name="imageFolder">The folder of its images; null: it is looked for around the file (<see cref="CocoDataset.Load(string, string, Action{string})"/>).</param>
    /// <returns>The columns of <see cref="LoadFromVoc"/>, a row per image in the order of the file. Crowds are <c>Difficult</c>.</returns>
    /// <exception cref="FileNotFoundException">The file, its images or one of them are not there.</exception>
    /// <exception cref="InvalidDataException">The file or an image is malformed.</exception>
    public static IDataView LoadFromCoco(this DataOperationsCatalog catalog, string annotations, string? imageFolder = null) =>
        Load(catalog, nameof(LoadFromCoco), warn => CocoDataset.Load(annotations, imageFolder, warn));

    /// <summary>Loads a data set with YOLO's label files, as Darknet, Ultralytics and labelling programs write it (<see cref="YoloDataset"/>).</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="path">Its description: a <c>.yaml</c>, a <c>.data</c>, or a folder with <c>classes.txt</c> or a <c>.names</c>.</param>
    /// <param name="imageSet">Name of the set, such as <c>train</c>; null: all of them.</param>
    /// <returns>The columns of <see cref="LoadFromVoc"/>, a row per image. No object is <c>Difficult</c>.</returns>
    /// <exception cref="FileNotFoundException">The description, a set, a list or an image of one is not there.</exception>
    /// <exception cref="InvalidDataException">The description, a label file or an image is malformed.</exception>
    public static IDataView LoadFromYolo(this DataOperationsCatalog catalog, string path, string? imageSet = null) =>
        Load(catalog, nameof(LoadFromYolo), warn => YoloDataset.Load(path, imageSet, warn));

    /// <summary>Makes rows of labelled images that are known already: of a <see cref="LabelledDataset"/>, or of a format of one's own.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="images">The images, boxes in pixels of each as stored.</param>
    /// <returns>The columns of <see cref="LoadFromVoc"/>, a row per image in their order.</returns>
    public static IDataView LoadFromLabelledImages(this DataOperationsCatalog catalog, IReadOnlyList<LabelledImage> images)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(images);
        return new LabelledImageDataView(images);
    }

    private static LabelledImageDataView Load(DataOperationsCatalog catalog, string name, Func<Action<string>, IReadOnlyList<LabelledImage>> load)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        using var channel = HostEnvironments.Of(catalog).Start(name);
        return new(load(message => channel.Warning(MessageSensitivity.UserData, message)));
    }
}
