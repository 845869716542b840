using System.Text.Json;
using System.Text.Json.Serialization;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>The header of a checkpoint as JSON, by generated code: programs of one file and trimmed ones have no reflection for it.</summary>
[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, Converters = [typeof(ValidationMetricsConverter)])]
[JsonSerializable(typeof(CheckpointHeader))]
[JsonSerializable(typeof(ValidationRecord))]
internal sealed partial class CheckpointJson : JsonSerializerContext;

/// <summary>Validation metrics as a checkpoint holds them; an earlier version left the last two out.</summary>
internal sealed record ValidationRecord(
    double Loss, double MeanAveragePrecision50, double MeanAveragePrecision = double.NaN, IReadOnlyList<double>? ClassAveragePrecision50 = null);

/// <summary>Gives what is left out its initial value, which generated code does not do for properties that are set once.</summary>
internal sealed class ValidationMetricsConverter : JsonConverter<ValidationMetrics>
{
    public override ValidationMetrics? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, CheckpointJson.Default.ValidationRecord) is { } record
            ? new(record.Loss, record.MeanAveragePrecision50)
            {
                MeanAveragePrecision = record.MeanAveragePrecision, ClassAveragePrecision50 = record.ClassAveragePrecision50 ?? [],
            }
            : null;

    public override void Write(Utf8JsonWriter writer, ValidationMetrics value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer, new(value.Loss, value.MeanAveragePrecision50, value.MeanAveragePrecision, value.ClassAveragePrecision50),
        CheckpointJson.Default.ValidationRecord);
}
