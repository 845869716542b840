using System.CommandLine;
using System.Globalization;
using Quickstart;
using Yolo.CommandLine.Data;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Output;
using Yolo.CommandLine.Results;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.CommandLine.Commands;

/// <summary><c>detect</c>: finds objects in images.</summary>
internal sealed class DetectCommand(Terminal terminal)
{
    private readonly Argument<string[]> _images = new("images")
    {
        Description = "Images: files, folders, or patterns such as 'photos/**/*.jpg' (in quotes, so that the shell leaves them alone).",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly ModelOptions _model = new();
    private readonly ThresholdOptions _thresholds = new();

    private readonly Option<string[]> _to = new("--to", "-t")
    {
        Description = $"What to write, one or several of {string.Join(", ", ResultFormats.Names)}: pictures as PNG or JPEG, one JSON or CSV file, labels per image. [default: images]",
        HelpName = "formats",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder to write to.", HelpName = "folder", DefaultValueFactory = _ => Path.Combine("runs", "detect") };
    private readonly Option<int?> _gpu = OptionKinds.AtLeast("--gpu", 0, "CUDA device. [default: the CPU]");
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No line per image." };

    /// <summary>The command.</summary>
    public Command Create()
    {
        _to.AcceptOnlyFromAmong([.. ResultFormats.Names]);
        var command = new Command("detect", "Finds objects in images and writes what it found.") { _images };
        return command
            .WithOptions([.. _model.All, .. _thresholds.All, _to, _output, _gpu, _quiet])
            .WithExamples(
                "yolo-mlnet detect street.jpg --model runs/train/model.zip                        # runs/detect/street.png",
                "yolo-mlnet detect photos --model runs/train/model.zip --to json csv -o found     # found/detections.json, .csv",
                "yolo-mlnet detect 'photos/**/*.jpg' --model runs/train/model.zip --to voc --score 0.5")
            .WithAction(terminal, Run);
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var files = ImageFiles.Find(parsed.GetRequiredValue(_images));
        string output = parsed.GetRequiredValue(_output);
        string[] formats = parsed.GetValue(_to) is { Length: > 0 } given ? [.. given.Distinct()] : ["images"];
        bool quiet = parsed.GetValue(_quiet);
        var model = _model.Load(parsed);
        using var detector = new Detector(model, _thresholds.Get(parsed) with { GpuDeviceId = parsed.GetValue(_gpu) });
        Directory.CreateDirectory(output);
        IResultWriter[] writers = [.. formats.Select(format => ResultFormats.Create(format, output, model.ClassNames, files))];
        bool labels = formats.Any(ResultFormats.AreLabels);
        int found = 0, unreadable = 0;
        Ticker.Run(terminal, "images", files.Count, ticker =>
        {
            foreach (var image in detector.DetectFiles(files, cancellationToken: cancellation))
            {
                if (image.Error is not null)
                {
                    unreadable++;
                    terminal.Warning(image.Error.Message);
                }
                else
                {
                    found += image.Detections.Count;
                    if (labels && ImageFile.IsTurned(image.Path))
                        terminal.Warning($"{image.Path}: EXIF data turns this image; its labels count in the pixels of the upright image, and loaders of labels count in those stored.");
                    foreach (var writer in writers)
                        writer.Add(image);
                    if (!quiet && !terminal.Interactive)
                        terminal.Line($"{image.Path}: {Describe(image, model.ClassNames)}");
                }
                ticker.Advance();
            }
        });
        foreach (var writer in writers)
            writer.Complete();
        terminal.Line(FormattableString.Invariant($"{found:N0} objects in {files.Count - unreadable:N0} images, written to {output} as {string.Join(", ", formats)}"));
        if (unreadable == 0)
            return ExitCodes.Success;
        terminal.Error(FormattableString.Invariant($"{unreadable:N0} of {files.Count:N0} images could not be read."));
        return ExitCodes.Flaws;
    }

    private static string Describe(FileDetections image, IReadOnlyList<string> names) => image.Detections.Count == 0 ? "nothing"
        : string.Join(", ", image.Detections.Select(d => string.Create(CultureInfo.InvariantCulture, $"{names[d.ClassIndex]} {100 * d.Score:F0}%")));
}
