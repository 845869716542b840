using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xunit;
using Yolo.Model.Processes;
using Yolo.Model.Training;
using Yolo.Model.Training.Checkpoints;

namespace Yolo.Model.Tests.Training.Checkpoints;

/// <summary>The JSON of checkpoints is made by generated code, and is what reflection made of it before.</summary>
public sealed class CheckpointJsonTests
{
    private static readonly JsonSerializerOptions s_reflection = new() { Converters = { new JsonStringEnumConverter() } };

    private static readonly JsonSerializerOptions s_headers = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly TrainingOptions[] s_runs =
    [
        new(),
        new()
        {
            Epochs = 7, MaxDuration = TimeSpan.FromMinutes(90), ClassWeights = [1, 2.5], InputSizes = [320, 352], FreezeLayers = 2,
            FreezeEpochs = 1, Augmentation = null, LearningRatePolicy = new StepsPolicy([0.5, 0.75], 0.2), Loss = LossKind.Notebook,
            Precision = Precision.BFloat16, Seed = 9, Optimizer = OptimizerKind.Sgd,
        },
        new()
        {
            LearningRatePolicy = new ConstantPolicy { BurnInPower = 4 }, Validation = new() { Patience = 4 },
            Augmentation = new() { Zoom = 1.3f },
        },
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_Settings_AreWhatReflectionMadeOfThem(int run)
    {
        var options = s_runs[run];
        var settings = RunFingerprint.Of(Squares.Network(batchNormalize: true), ["red"], options, [], []).Settings;

        options = options with { Seed = options.SeedOrDefault, Epochs = options.EpochsOrDefault };
        var properties = typeof(TrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => settings.ContainsKey(property.Name)).ToList();
        Assert.Equal(typeof(TrainingOptions).GetProperties().Length - 7, properties.Count);
        foreach (var property in properties)
        {
            object? value = property.GetValue(options);
            Assert.Equal(value is null ? "null" : JsonSerializer.Serialize(value, value.GetType(), s_reflection), settings[property.Name]);
        }
    }

    // Every subtype of a family, and every type of an option.
    [Fact]
    public void SettingsJson_EveryOption_IsKnown()
    {
        var policies = typeof(LearningRatePolicy).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(LearningRatePolicy)));
        var types = typeof(TrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => property.PropertyType)
            .Where(type => type != typeof(LearningRatePolicy) && type != typeof(CheckpointOptions) && type != typeof(IProcessGroup)
                && !type.IsAssignableTo(typeof(Delegate)));

        Assert.All([.. types, .. policies], type => Assert.NotNull(SettingsJson.Default.GetTypeInfo(type)));
    }

    [Fact]
    public void Header_Written_IsWhatReflectionMadeOfIt()
    {
        var header = Header(new ValidationMetrics(0.25, 0.5) { MeanAveragePrecision = 0.125, ClassAveragePrecision50 = [0.5, double.NaN] });

        string json = JsonSerializer.Serialize(header, CheckpointJson.Default.CheckpointHeader);

        Assert.Equal(JsonSerializer.Serialize(header, s_headers), json);
        Assert.Contains("\"ClassAveragePrecision50\":[0.5,\"NaN\"]", json, StringComparison.Ordinal);
    }

    // As a version before COCO's AP wrote it.
    [Fact]
    public void Header_OlderValidation_HasWhatItWasMadeWith()
    {
        string json = JsonSerializer.Serialize(Header(new ValidationMetrics(0.25, 0.5)), CheckpointJson.Default.CheckpointHeader);
        string older = json.Replace(",\"MeanAveragePrecision\":\"NaN\",\"ClassAveragePrecision50\":[]", "", StringComparison.Ordinal);
        Assert.Contains("\"MeanAveragePrecision50\":0.5}", older, StringComparison.Ordinal);

        var read = JsonSerializer.Deserialize(older, CheckpointJson.Default.CheckpointHeader)!.Position.History[0];

        Assert.Equal(new ValidationMetrics(0.25, 0.5), read.Validation);
        Assert.Equal(TimeSpan.FromSeconds(3), read.Waited);
        Assert.Empty(read.History);
    }

    // Null where nothing may be null, and what must be there and is not.
    [Theory]
    [InlineData("\"Seen\":10,", "")]
    [InlineData("\"Sums\":[1]", "\"Sums\":null")]
    public void Header_Incomplete_IsRefused(string text, string other)
    {
        string json = JsonSerializer.Serialize(Header(null), CheckpointJson.Default.CheckpointHeader);
        Assert.Contains(text, json, StringComparison.Ordinal);

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
            json.Replace(text, other, StringComparison.Ordinal), CheckpointJson.Default.CheckpointHeader));
    }

    private static CheckpointHeader Header(ValidationMetrics? validation) => new(
        new("[net]", ["red"], new Dictionary<string, string> { ["Seed"] = "3" }),
        new(2, [1], [new(1, 2, 3, 4, 0.1, 0.2, [KeyValuePair.Create("box", 0.5)], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2))
        {
            Waited = TimeSpan.FromSeconds(3), Validation = validation,
        }], TimeSpan.FromSeconds(4)),
        10, 2, [2], [new("weights/layer0.kernel", [8, 3, 3, 3])]) { Skipped = [4] };
}
