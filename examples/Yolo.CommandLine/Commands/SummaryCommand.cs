using System.CommandLine;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Output;
using Yolo.Model.Network;

namespace Yolo.CommandLine.Commands;

/// <summary><c>summary</c>: the layers of a network or of a trained model, as a table.</summary>
internal sealed class SummaryCommand(Terminal terminal)
{
    private readonly Argument<string> _subject = new("network or model")
    {
        Description = $"{string.Join(", ", YoloV2Network.Names)}, a Darknet .cfg, a model.zip, or a .weights with its .cfg and .names beside it.",
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new Command("summary", "Prints the layers of a network, the shapes they make and their parameters.") { _subject };
        return command
            .WithExamples("yolo-mlnet summary yolov2-tiny-voc", "yolo-mlnet summary my-network.cfg", "yolo-mlnet summary runs/train/model.zip")
            .WithAction(terminal, (parsed, _) => Run(parsed.GetRequiredValue(_subject)));
    }

    private int Run(string subject)
    {
        bool isModel = Path.GetExtension(subject).ToUpperInvariant() is ".ZIP" or ".WEIGHTS";
        var model = isModel ? ModelFile.Load(subject, null, null) : null;
        terminal.Line(NetworkSummary.Format(model?.Network ?? NetworkOptions.Find(subject)));
        if (model is not null)
        {
            terminal.Line($"Classes: {string.Join(", ", model.ClassNames)}");
            terminal.Line($"Resize: {model.Resize.ToString().ToLowerInvariant()}; {(model.Quantization is null ? "float" : "eight-bit integers")}");
        }
        return ExitCodes.Success;
    }
}
