using Microsoft.ML;
using Microsoft.ML.Data;

namespace Yolo.MLNet.Tests;

/// <summary>What a detector wrote into a row.</summary>
internal sealed record DetectionColumns(uint[] Keys, string[] Texts, float[] Scores, float[] Boxes)
{
    public bool Equals(DetectionColumns? other) => other is not null && Keys.SequenceEqual(other.Keys) && Texts.SequenceEqual(other.Texts)
        && Scores.SequenceEqual(other.Scores) && Boxes.SequenceEqual(other.Boxes);

    public override int GetHashCode() => Keys.Length;
}

/// <summary>Reads columns of data views.</summary>
internal static class Rows
{
    public static List<DetectionColumns> Detections(IDataView data) => Read(data, Detections);

    /// <summary>What <paramref name="read"/> makes of each row.</summary>
    public static List<TRow> Read<TRow>(IDataView data, Func<DataViewRow, TRow> read)
    {
        var rows = new List<TRow>();
        using var cursor = data.GetRowCursor(data.Schema);
        while (cursor.MoveNext())
            rows.Add(read(cursor));
        return rows;
    }

    public static DetectionColumns Detections(DataViewRow row) => new(
        Vector<uint>(row, "PredictedLabel"),
        [.. Vector<ReadOnlyMemory<char>>(row, "PredictedLabelText").Select(text => text.ToString())],
        Vector<float>(row, "Score"),
        Vector<float>(row, "PredictedBoundingBoxes"));

    public static T[] Vector<T>(DataViewRow row, string column)
    {
        VBuffer<T> buffer = default;
        row.GetGetter<VBuffer<T>>(row.Schema[column])(ref buffer);
        return [.. buffer.DenseValues()];
    }

    public static T Scalar<T>(DataViewRow row, string column)
    {
        T value = default!;
        row.GetGetter<T>(row.Schema[column])(ref value);
        return value;
    }
}
