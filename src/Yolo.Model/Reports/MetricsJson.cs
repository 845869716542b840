using System.Text.Encodings.Web;
using System.Text.Json;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>Metrics as JSON. Numbers that do not exist (an average without objects) are null.</summary>
internal static class MetricsJson
{
    public static void Write(DetectionMetrics metrics, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("images", metrics.ImageCount);
        json.WriteStartArray("warnings");
        foreach (string warning in metrics.Warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
        json.WriteStartObject("options");
        json.WriteNumber("iouThreshold", metrics.Options.IoUThreshold);
        json.WriteBoolean("inclusivePixels", metrics.Options.InclusivePixels);
        json.WriteNumber("scoreThreshold", metrics.Options.ScoreThreshold);
        json.WriteEndObject();

        WriteAverages(json, "meanAveragePrecision", AverageColumn.Precisions, column => column.Mean(metrics));
        WriteAverages(json, "meanAverageRecall", AverageColumn.Recalls, column => column.Mean(metrics));
        WritePoint(json, "atScoreThreshold", metrics.AtScoreThreshold);

        json.WriteStartArray("classes");
        foreach (var c in metrics.Classes)
            WriteClass(json, c);
        json.WriteEndArray();

        WriteConfusion(json, metrics.Confusion);
        json.WriteStartObject("errors");
        foreach (var kind in Enum.GetValues<DetectionErrorKind>())
            json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()), metrics.Errors.Count(error => error.Kind == kind));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteClass(Utf8JsonWriter json, ClassMetrics metrics)
    {
        json.WriteStartObject();
        json.WriteString("class", metrics.ClassName);
        json.WriteNumber("objects", metrics.TruthCount);
        json.WriteNumber("difficult", metrics.DifficultCount);
        json.WriteNumber("crowds", metrics.CrowdCount);
        json.WriteNumber("detections", metrics.DetectionCount);
        WriteAverages(json, "averagePrecision", AverageColumn.Precisions, column => column.Class(metrics));
        WriteAverages(json, "averageRecall", AverageColumn.Recalls, column => column.Class(metrics));
        WritePoint(json, "best", metrics.Best);
        WritePoint(json, "atScoreThreshold", metrics.AtScoreThreshold);
        json.WriteStartArray("precisionAtRecall");
        if (metrics.TruthCount > 0)
        {
            foreach (double precision in InterpolatedCurve.Of(metrics.Curve))
                json.WriteNumberValue(Math.Round(precision, 4));
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAverages(
        Utf8JsonWriter json, string name, IReadOnlyList<AverageColumn> columns, Func<AverageColumn, double> value)
    {
        json.WriteStartObject(name);
        foreach (var column in columns)
            WriteNumber(json, column.JsonName, value(column));
        json.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter json, string name, OperatingPoint? point)
    {
        if (point is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteNumber("score", point.ScoreThreshold);
        WriteNumber(json, "precision", point.Precision);
        WriteNumber(json, "recall", point.Recall);
        WriteNumber(json, "f1", point.F1);
        json.WriteNumber("truePositives", point.TruePositives);
        json.WriteNumber("falsePositives", point.FalsePositives);
        json.WriteNumber("falseNegatives", point.FalseNegatives);
        json.WriteEndObject();
    }

    /// <summary>Rows are true classes and columns detected ones, the last of both the background.</summary>
    private static void WriteConfusion(Utf8JsonWriter json, ConfusionMatrix confusion)
    {
        json.WriteStartArray("confusion");
        for (int truth = 0; truth <= confusion.Background; truth++)
        {
            json.WriteStartArray();
            for (int predicted = 0; predicted <= confusion.Background; predicted++)
                json.WriteNumberValue(confusion[truth, predicted]);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsNaN(value))
            json.WriteNull(name);
        else
            json.WriteNumber(name, value);
    }
}
