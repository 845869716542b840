using System.Globalization;
using Microsoft.ML;
using Yolo.CommandLine.Output;
using Yolo.Model.Data;

namespace Yolo.CommandLine.Data;

/// <summary>Reads sets of labelled images and says what they hold.</summary>
internal static class DataLoading
{
    /// <summary>The rows of a set; null: all images. Says such as <c>train: 205 images, 2,381 RBC, 214 WBC, 209 Platelets</c>.</summary>
    public static IDataView Load(this LabelledDataset data, MLContext ml, string? set, LoadOptions options, Terminal terminal)
    {
        var images = data.Read(set, options, terminal);
        var classes = images.SelectMany(image => image.Objects).CountBy(item => item.ClassName).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal);
        terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{data.NameOf(set)}: {images.Count:N0} images, {string.Join(", ", classes.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value:N0} {count.Key}")))}"));
        return ml.Data.LoadFromLabelledImages(images, data.ClassNames, options);
    }

    /// <summary>The images of a set, with a view of how many are read; null: all images.</summary>
    public static IReadOnlyList<LabelledImage> Read(this LabelledDataset data, string? set, LoadOptions options, Terminal terminal)
    {
        IReadOnlyList<LabelledImage> images = [];
        Ticker.Run(terminal, "images", 0, ticker => images = data.Load(set, options with { Warning = terminal.Warning, Progress = new TickerProgress(ticker) }));
        return images;
    }

    /// <summary>What a set is called; null: all images.</summary>
    public static string NameOf(this LabelledDataset data, string? set) => set ?? data.Path;
}
