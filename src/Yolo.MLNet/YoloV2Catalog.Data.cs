using Microsoft.ML.Runtime;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Data;
using Yolo.Model.Data.Coco;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;

namespace Microsoft.ML;

/// <summary>What this library adds to ML.NET's catalogs: loaders of labelled images, models, detectors that need no training, and the
/// encoding of what a network is taught.</summary>
public static partial class YoloV2Catalog
{
    /// <summary>Loads a data set in the layout of Pascal VOC: <c>Annotations/ID.xml</c>, <c>JPEGImages/ID.jpg</c> and lists of ids in <c>ImageSets/Main/SET.txt</c>; or XML files beside their
    /// images (<see cref="VocDataset"/>).</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="folder">The folder that holds <c>Annotations</c> and <c>JPEGImages</c>.</param>
    /// <param name="imageSet">Name of the list, such as <c>train</c>; null: every annotation, by ordinal file name.</param>
    /// <param name="options">What is done about flaws, and which pixels boxes count in; null: the defaults. ML.NET's log gets the warnings in any case.</param>
    /// <returns>A row per image: <c>ImagePath</c> (text); <c>Image</c>, decoded only when it is read, a new image for each reading, which belongs to the reader; <c>Labels</c> (vector of text; its
    /// annotation <c>ClassNames</c> holds the classes in the order that the data set declares); <c>BoundingBoxes</c> (vector of Single, x0, y0, x1, y1 per object in pixels of <c>Image</c>, clipped to
    /// it); <c>Difficult</c> and <c>Crowd</c> (vectors of Boolean); <c>Area</c> (vector of Single, NaN: that of the box); <c>ImageWidth</c>, <c>ImageHeight</c> (Int32, pixels of <c>Image</c>);
    /// <c>Upright</c> (Boolean: whether EXIF data turn <c>Image</c>, else it is as stored). Rows can be shuffled.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such data set.</exception>
    /// <exception cref="FileNotFoundException">There is no such list; with <see cref="OnError.Throw"/>, an image lacks its annotation or its file.</exception>
    /// <exception cref="InvalidDataException">More is flawed than may be skipped; with <see cref="OnError.Throw"/>, an annotation or an image is malformed.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static IDataView LoadFromVoc(this DataOperationsCatalog catalog, string folder, string? imageSet = null, LoadOptions? options = null) =>
        Load(catalog, nameof(LoadFromVoc), () => LabelledDataset.Open(folder, DatasetFormat.Voc), imageSet, options);

    /// <summary>Loads a data set in COCO's object detection format.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="annotations">The JSON file, such as <c>annotations/instances_val2017.json</c>.</param>
    /// <param name="imageFolder">The folder of its images; null: it is looked for around the file (<see cref="CocoDataset.Load"/>).</param>
    /// <param name="options">What is done about flaws, and which pixels boxes count in; null: the defaults. ML.NET's log gets the warnings in any case.</param>
    /// <returns>The columns of <see cref="LoadFromVoc"/>, a row per image in the order of the file.</returns>
    /// <exception cref="FileNotFoundException">The file is not there; with <see cref="OnError.Throw"/>, an image of it is not.</exception>
    /// <exception cref="InvalidDataException">The file is malformed, or more is flawed than may be skipped; with <see cref="OnError.Throw"/>, an entry or an image is malformed.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static IDataView LoadFromCoco(this DataOperationsCatalog catalog, string annotations, string? imageFolder = null, LoadOptions? options = null) => Load(
        catalog, nameof(LoadFromCoco), () => LabelledDataset.Open(annotations, DatasetFormat.Coco), imageSet: null, imageFolder is null ? options : (options ?? new()) with { ImageFolder = imageFolder });

    /// <summary>Loads a data set with YOLO's label files, as Darknet, Ultralytics and labelling programs write it (<see cref="YoloDataset"/>).</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="path">Its description: a <c>.yaml</c>, a <c>.data</c>, or a folder with <c>classes.txt</c> or a <c>.names</c>.</param>
    /// <param name="imageSet">Name of the set, such as <c>train</c>; null: all of them.</param>
    /// <param name="options">What is done about flaws, and which pixels boxes count in; null: the defaults. ML.NET's log gets the warnings in any case.</param>
    /// <returns>The columns of <see cref="LoadFromVoc"/>, a row per image. No object is <c>Difficult</c>.</returns>
    /// <exception cref="FileNotFoundException">The description, a set or a list is not there; with <see cref="OnError.Throw"/>, an image of one is not.</exception>
    /// <exception cref="InvalidDataException">The description is malformed, or more is flawed than may be skipped; with <see cref="OnError.Throw"/>, a label file or an image is malformed.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static IDataView LoadFromYolo(this DataOperationsCatalog catalog, string path, string? imageSet = null, LoadOptions? options = null) =>
        Load(catalog, nameof(LoadFromYolo), () => LabelledDataset.Open(path, DatasetFormat.Yolo), imageSet, options);

    /// <summary>Makes rows of labelled images that are known already: of a <see cref="LabelledDataset"/>, or of a format of one's own.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="images">The images, boxes in pixels of each.</param>
    /// <param name="classNames">The classes in the order of the indices that a model shall have; null: nothing declares it.</param>
    /// <param name="options">What is done about an image that turns out not to be readable; null: the defaults.</param>
    /// <returns>The columns of <see cref="LoadFromVoc"/>, a row per image in their order.</returns>
    /// <exception cref="ArgumentException">A class name is empty or comes twice.</exception>
    public static IDataView LoadFromLabelledImages(
        this DataOperationsCatalog catalog, IReadOnlyList<LabelledImage> images, IReadOnlyList<string>? classNames = null, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(images);
        return new LabelledImageDataView(images, ClassNameList.Checked(classNames, nameof(classNames)), WarningsOf(catalog, nameof(LoadFromLabelledImages), options), options);
    }

    private static LabelledImageDataView Load(DataOperationsCatalog catalog, string name, Func<LabelledDataset> open, string? imageSet, LoadOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var dataset = open();
        var warn = WarningsOf(catalog, name, options);
        return new(dataset.Load(imageSet, (options ?? new()) with { Warning = warn }), dataset.ClassNames, warn, options);
    }

    /// <summary>ML.NET's log, and who the options name. The data outlives the call, and with it its warnings of images that cannot be decoded.</summary>
    private static Action<string> WarningsOf(DataOperationsCatalog catalog, string name, LoadOptions? options)
    {
        var environment = HostEnvironments.Of(catalog);
        return Warn + options?.Warning;

        void Warn(string message)
        {
            using var channel = environment.Start(name);
            channel.Warning(MessageSensitivity.UserData, message);
        }
    }
}
