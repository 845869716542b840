using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Yolo.MLNet.Seam;

/// <summary>ML.NET's environment, as its own components reach it.</summary>
internal static class HostEnvironments
{
    /// <summary>The environment that a catalog such as <c>mlContext.Data</c> belongs to.</summary>
    public static IHostEnvironment Of(DataOperationsCatalog catalog) => catalog.GetEnvironment();

    /// <inheritdoc cref="Of(DataOperationsCatalog)"/>
    public static IHostEnvironment Of(TransformsCatalog catalog) => catalog.GetEnvironment();
}
