using Microsoft.ML;
using Microsoft.ML.Data;

namespace Yolo.CommandLine.Data;

/// <summary>Says what a set of labelled images holds.</summary>
internal static class DataDescription
{
    /// <summary>Such as <c>train: 205 images, 227 Platelets, 2,586 RBC, 233 WBC</c>.</summary>
    public static string Of(IDataView data, string name)
    {
        var labels = data.GetColumn<ReadOnlyMemory<char>[]>("Labels").ToList();
        var classes = labels.SelectMany(image => image).CountBy(label => label.ToString()).OrderBy(item => item.Key, StringComparer.Ordinal);
        return $"{name}: {Number(labels.Count)} images, {string.Join(", ", classes.Select(item => $"{Number(item.Value)} {item.Key}"))}";
    }

    private static string Number(int value) => value.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
