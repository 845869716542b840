using System.Text.Json.Serialization;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>The options of a training as JSON, by generated code: programs of one file and trimmed ones have no reflection for it. A test
/// holds that every option is here.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(TimeSpan?))]
[JsonSerializable(typeof(IReadOnlyList<double>))]
[JsonSerializable(typeof(IReadOnlyList<int>))]
[JsonSerializable(typeof(LossKind))]
[JsonSerializable(typeof(NotebookLossVariant))]
[JsonSerializable(typeof(OptimizerKind))]
[JsonSerializable(typeof(Precision))]
[JsonSerializable(typeof(ResizeMode))]
[JsonSerializable(typeof(ResizeFilter))]
[JsonSerializable(typeof(CIoULossOptions))]
[JsonSerializable(typeof(AugmentationOptions))]
[JsonSerializable(typeof(ValidationOptions))]
[JsonSerializable(typeof(ConstantPolicy))]
[JsonSerializable(typeof(StepsPolicy))]
[JsonSerializable(typeof(CosinePolicy))]
internal sealed partial class SettingsJson : JsonSerializerContext;
