using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

// Usage: Yolo.ScoringProcess model.zip image...
// Prints the detections in each image, and which libraries of libtorch the process has loaded by then.
var ml = new MLContext();
var model = ml.Model.Load(args[0], out _);
using var engine = ml.Model.CreatePredictionEngine<Input, Output>(model);
var outputs = new List<Output>();
foreach (string path in args[1..])
{
    using var image = MLImage.CreateFromFile(path);
    outputs.Add(engine.Predict(new Input { Image = image }));
}
string[] modules =
[
    .. Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Select(module => module.ModuleName),
    .. AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name ?? ""),
];
Console.WriteLine(JsonSerializer.Serialize(new
{
    Model = model.GetType().FullName,
    Outputs = outputs,
    Torch = modules.Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase)),
    OnnxRuntime = modules.Any(name => name.Contains("onnxruntime", StringComparison.OrdinalIgnoreCase)),
}));

internal sealed class Input
{
    [ImageType(1, 1)]
    public MLImage? Image { get; set; }
}

internal sealed class Output
{
    public string[] PredictedLabelText { get; set; } = [];

    public float[] Score { get; set; } = [];

    public float[] PredictedBoundingBoxes { get; set; } = [];
}
