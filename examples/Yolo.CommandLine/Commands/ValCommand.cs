using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Quickstart;
using Yolo.CommandLine.Data;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Output;
using Yolo.MLNet.Scoring;
using Yolo.Model.Evaluation;

namespace Yolo.CommandLine.Commands;

/// <summary><c>val</c>: how good a model is on labelled images.</summary>
internal sealed class ValCommand(Terminal terminal)
{
    private readonly ModelOptions _model = new();
    private readonly DataOptions _data = new();
    private readonly Option<string?> _set = new("--set") { Description = "Image set to measure on. [default: test if there is one, else val, else all images]", HelpName = "set" };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder for report.html (curves, confusion matrix, the worst errors in pictures), metrics.json and metrics.csv.",
        HelpName = "folder",
        DefaultValueFactory = _ => Path.Combine("runs", "val"),
    };

    private readonly Option<int?> _gpu = OptionKinds.AtLeast("--gpu", 0, "CUDA device. [default: the CPU]");

    /// <summary>The command.</summary>
    public Command Create() => new Command("val", "Measures a model on labelled images, under the rules of VOC 2007, VOC 2010+ and COCO, and writes a report.")
        .WithOptions([.. _model.All, .. _data.All, _set, _output, _gpu])
        .WithExamples("yolo-mlnet val --model runs/train/model.zip --data BCCD              # runs/val/report.html", "yolo-mlnet val --model yolov2-voc.weights --data VOCdevkit/VOC2007 --set test")
        .WithAction(terminal, Run);

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var source = _data.Open(parsed);
        string? set = DataOptions.TestSet(source, parsed.GetValue(_set), "--set");
        var ml = terminal.CreateContext();
        var data = source.Load(ml, set, _data.Get(parsed, cancellation), terminal);
        using var model = ml.Transforms.YoloV2Detect(_model.Load(parsed), new() { GpuDeviceId = parsed.GetValue(_gpu) }).Fit(data);
        string output = parsed.GetRequiredValue(_output);
        DetectionMetrics? metrics = null;
        long all = data.GetRowCount() ?? 0;
        Ticker.Run(terminal, "images", all, ticker => metrics = ml.ObjectDetection.SaveReport(
            model, data, output, new() { Title = $"{parsed.GetRequiredValue(_model.Model)} on {source.NameOf(set)}" },
            progress: new Synchronous<int>(done => ticker.MoveTo(done, all)), cancellationToken: cancellation));
        terminal.Heading($"Results on '{source.NameOf(set)}', in %");
        terminal.Line(metrics!.ToString());
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"mAP50 (VOC 2010+): {metrics.MeanAveragePrecisionVoc2010:F3}"));
        terminal.Line($"report: {Path.Combine(output, "report.html")}, metrics.json, metrics.csv");
        return ExitCodes.Success;
    }
}
