using System.CommandLine;
using Microsoft.ML;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Output;
using Yolo.MLNet.Scoring;
using Yolo.Model.Onnx;
using Yolo.Model.Weights;

namespace Yolo.CommandLine.Commands;

/// <summary><c>export</c>: a trained model for other programs.</summary>
internal sealed class ExportCommand(Terminal terminal)
{
    private readonly ModelOptions _model = new();

    private readonly Argument<string> _format = new("format") { Description = "onnx: one file for ONNX Runtime and others; darknet: .cfg, .weights and .names for Darknet and OpenCV; mlnet: ML.NET's model.zip, from Darknet's files or a checkpoint." };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "File to write; for darknet the .weights, with the other two beside it. [default: the model's name with .onnx or .weights]",
        HelpName = "file",
    };

    private readonly Option<bool> _detections = new("--detections") { Description = "onnx: end in finished detections, decoding and suppression included, not in the raw map." };
    private readonly ThresholdOptions _thresholds = new();

    /// <summary>The command.</summary>
    public Command Create()
    {
        _format.AcceptOnlyFromAmong("onnx", "darknet", "mlnet");
        var command = new Command("export", "Writes a trained model as ONNX, as Darknet's files or as ML.NET's.") { _format };
        return command
            .WithOptions([.. _model.All, _output, _detections, .. _thresholds.All])
            .WithExamples(
                "yolo-mlnet export onnx --model runs/train/model.zip",
                "yolo-mlnet export onnx --model runs/train/model.zip --detections --score 0.4 -o detector.onnx",
                "yolo-mlnet export darknet --model runs/train/model.zip -o cells.weights     # and cells.cfg, cells.names",
                "yolo-mlnet export mlnet --model runs/train/checkpoints -o early.zip         # while the training runs, or after it crashed")
            .WithAction(terminal, (parsed, _) => Run(parsed));
    }

    private int Run(ParseResult parsed)
    {
        string format = parsed.GetRequiredValue(_format);
        string extension = format switch { "onnx" => ".onnx", "darknet" => ".weights", _ => ".zip" };
        string output = parsed.GetValue(_output) ?? Path.ChangeExtension(parsed.GetRequiredValue(_model.Model), extension);
        var model = _model.Load(parsed);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        if (format == "onnx")
        {
            var kind = parsed.GetValue(_detections) ? OnnxOutput.Detections : OnnxOutput.Map;
            OnnxExporter.Save(model, output, new() { Output = kind, Detection = _thresholds.Get(parsed) });
            Written(output);
        }
        else if (format == "mlnet")
        {
            var ml = new MLContext();
            var images = ml.Data.LoadFromEnumerable<ImageInput>([]);
            ml.Model.SaveAtomic(ml.Transforms.YoloV2Detect(model).Fit(images), null, output);
            Written(output);
        }
        else
        {
            string config = Path.ChangeExtension(output, ".cfg"), names = Path.ChangeExtension(output, ".names");
            DarknetModel.Save(model, config, output, names);
            Written(config);
            Written(output);
            Written(names);
        }
        return ExitCodes.Success;
    }

    private void Written(string path) => terminal.Line(FormattableString.Invariant($"{path}  {new FileInfo(path).Length:N0} bytes"));
}
