using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Quickstart;
using Yolo.CommandLine.Data;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Output;
using Yolo.MLNet.Scoring;

namespace Yolo.CommandLine.Commands;

/// <summary><c>val</c>: how good a model is on labelled images.</summary>
internal sealed class ValCommand(Terminal terminal)
{
    /// <summary>Lowest score for evaluation, Darknet's: average precision needs the whole curve.</summary>
    private const float EvaluationThreshold = 0.005f;

    private readonly ModelOptions _model = new();
    private readonly DataOptions _data = new();
    private readonly Option<string?> _set = new("--set") { Description = "Image set to measure on. [default: test if there is one, else val, else all images]", HelpName = "set" };
    private readonly Option<int?> _gpu = OptionKinds.AtLeast("--gpu", 0, "CUDA device. [default: the CPU]");

    /// <summary>The command.</summary>
    public Command Create() => new Command("val", "Measures a model on labelled images, under the rules of VOC 2007, VOC 2010+ and COCO.")
        .WithOptions([.. _model.All, .. _data.All, _set, _gpu])
        .WithExamples("yolo-mlnet val --model runs/train/model.zip --data BCCD", "yolo-mlnet val --model yolov2-voc.weights --data VOCdevkit/VOC2007 --set test")
        .WithAction(terminal, Run);

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var source = _data.Open(parsed);
        string? set = source.TestSet(parsed.GetValue(_set), "--set");
        var ml = terminal.CreateContext();
        var data = source.Load(ml, set);
        terminal.Line(DataDescription.Of(data, set ?? source.Path));
        var options = new YoloV2DetectOptions { ScoreThreshold = EvaluationThreshold, GpuDeviceId = parsed.GetValue(_gpu) };
        using var model = ml.Transforms.YoloV2Detect(_model.Load(parsed), options).Fit(data);
        cancellation.ThrowIfCancellationRequested();
        var metrics = ml.ObjectDetection.Evaluate(model.Transform(data));
        terminal.Heading($"Results on '{set ?? source.Path}', in %");
        terminal.Line(metrics.ToString());
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"mAP50 (VOC 2010+): {metrics.MeanAveragePrecisionVoc2010:F3}"));
        return ExitCodes.Success;
    }
}
