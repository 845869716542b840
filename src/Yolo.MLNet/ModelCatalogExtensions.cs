using Microsoft.ML.Data;
using Yolo.Model.Files;

namespace Microsoft.ML;

/// <summary>Adds to <c>mlContext.Model</c> what a long-running application needs.</summary>
public static class ModelCatalogExtensions
{
    /// <summary>Saves a model whole or not at all. <c>ml.Model.Save</c> writes into the file itself: where its process is killed, the model that was there before is gone, too.</summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">Schema of the data that the model takes; null where it need not be kept.</param>
    /// <param name="path">The file to write or to replace; its folder must exist. <c>ml.Model.Load</c> reads it.</param>
    /// <exception cref="IOException">The file cannot be written or replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void SaveAtomic(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        AtomicFile.Write(path, stream => catalog.Save(model, inputSchema, stream));
    }
}
