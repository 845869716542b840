using System.Reflection;
using Xunit;
using Yolo.Model.Inference;
using Yolo.Model.Training;

namespace Yolo.MLNet.Tests;

/// <summary>Every option of every public record of options, given what no one means: it refuses it when it is set, and names itself.</summary>
public sealed class OptionsTests
{
    // A seed is any number.
    private static readonly string[] s_any = ["Seed"];

    public static TheoryData<string, string, object?> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, object?>();
            foreach (var type in Types)
            {
                foreach (var property in type.GetProperties().Where(property => property.SetMethod is not null && !s_any.Contains(property.Name)))
                {
                    foreach (object? value in Senseless(property))
                        cases.Add(type.FullName!, property.Name, value);
                }
            }
            return cases;
        }
    }

    private static IEnumerable<Type> Types =>
        new[] { typeof(Microsoft.ML.ObjectDetectionExtensions).Assembly, typeof(Detector).Assembly }.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => !type.IsAbstract && (type.Name.EndsWith("Options", StringComparison.Ordinal) || type.Name.EndsWith("Policy", StringComparison.Ordinal) || type == typeof(ObjectDetectionColumns)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Set_SenselessValue_IsRefusedByName(string type, string property, object? value)
    {
        var options = Types.Single(candidate => candidate.FullName == type);
        object instance = options == typeof(CheckpointOptions) ? new CheckpointOptions("folder") : options == typeof(StepsPolicy) ? new StepsPolicy([0.5]) : Activator.CreateInstance(options)!;

        var thrown = Assert.Throws<TargetInvocationException>(() => options.GetProperty(property)!.SetValue(instance, value));

        var error = Assert.IsAssignableFrom<ArgumentException>(thrown.InnerException);
        Assert.Contains(property, error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<object?> Senseless(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(float))
            return [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1e30f];
        if (type == typeof(double))
            return [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1e300];
        if (type == typeof(int))
            return [int.MinValue, -1];
        if (type == typeof(long))
            return [long.MinValue, -1L];
        if (type == typeof(TimeSpan))
            return [TimeSpan.Zero, TimeSpan.FromTicks(-1)];
        if (type.IsEnum)
            return [Enum.ToObject(type, 99), Enum.ToObject(type, -1)];
        if (type == typeof(IReadOnlyList<string>))
            return [Array.Empty<string>(), new[] { "cat", "cat" }, new[] { "cat", "" }, new[] { "cat", null }];
        if (type == typeof(IReadOnlyList<int>))
            return [null, new[] { 416, 0 }, new[] { -1 }];
        if (property.Name == nameof(TrainingOptions.ClassWeights))
            return [new[] { double.NaN }, new[] { 1.0, 0 }, new[] { double.PositiveInfinity }, new[] { -1.0 }];
        if (type == typeof(IReadOnlyList<double>))
            return [null, new[] { double.NaN }, new[] { 1.5 }, new[] { 0.5, -0.1 }];
        bool needed = !type.IsValueType && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull;
        return needed ? type == typeof(string) ? [null, ""] : [null] : [];
    }
}
