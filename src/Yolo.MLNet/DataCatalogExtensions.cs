using Microsoft.ML.Runtime;
using Yolo.MLNet.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Data;

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
    public static IDataView LoadFromVoc(this DataOperationsCatalog catalog, string folder, string? imageSet = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        using var channel = HostEnvironments.Of(catalog).Start("LoadFromVoc");
        return new VocDataView(VocDataset.Load(folder, imageSet, message => channel.Warning(MessageSensitivity.UserData, message)));
    }
}
