using System.Reflection;
using Xunit;
using Yolo.Model.Inference;

namespace Yolo.MLNet.Tests;

public sealed class ReferencesTests
{
    public static TheoryData<string> Assemblies => [typeof(Detector).Assembly.GetName().Name!, typeof(Microsoft.ML.ObjectDetectionExtensions).Assembly.GetName().Name!];

    // What is not referenced cannot be called. Downloads are an example's command, Yolo.CommandLine's.
    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Library_ReferencesNothingThatReachesTheNetworkOrMakesCode(string name)
    {
        string[] references = [.. Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!)];

        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, reference => reference.StartsWith("System.Net", StringComparison.Ordinal));
        Assert.DoesNotContain(references, reference => reference.StartsWith("System.Reflection.Emit", StringComparison.Ordinal));
        Assert.DoesNotContain(references, reference => reference.StartsWith("System.Runtime.Serialization", StringComparison.Ordinal));
    }
}
