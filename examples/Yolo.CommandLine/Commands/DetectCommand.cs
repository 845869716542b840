using System.CommandLine;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Quickstart;
using Yolo.CommandLine.Data;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Output;
using Yolo.CommandLine.Results;
using Yolo.Model.Data;
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
    private readonly Option<OnError> _onError = new("--on-error")
    {
        Description = "What is done about an image that cannot be read: skip it with a warning, or throw and end.", DefaultValueFactory = _ => OnError.Skip,
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No line per image." };

    /// <summary>The command.</summary>
    public Command Create()
    {
        _to.AcceptOnlyFromAmong([.. ResultFormats.Names]);
        var command = new Command("detect", "Finds objects in images and writes what it found.") { _images };
        return command
            .WithOptions([.. _model.All, .. _thresholds.All, _to, _output, _gpu, _onError, _quiet])
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
        bool quiet = parsed.GetValue(_quiet), ends = parsed.GetValue(_onError) == OnError.Throw;
        var model = _model.Load(parsed);
        using var detector = new Detector(model, _thresholds.Get(parsed) with { GpuDeviceId = parsed.GetValue(_gpu) });
        Directory.CreateDirectory(output);
        IResultWriter[] writers = [.. formats.Select(format => ResultFormats.Create(format, output, model.ClassNames, files))];
        int found = 0, unreadable = 0, unwritten = 0;
        Ticker.Run(terminal, "images", files.Count, ticker =>
        {
            foreach (var image in detector.DetectFiles(files, cancellationToken: cancellation))
            {
                string shown = Terminal.Printable(image.Path);
                if (image.Error is not null && ends)
                    ExceptionDispatchInfo.Throw(image.Error);
                if (image.Error is not null)
                {
                    unreadable++;
                    terminal.Warning(image.Error.Message.Replace(image.Path, shown, StringComparison.Ordinal));
                }
                else
                {
                    found += image.Detections.Count;
                    if (image.Warning is not null)
                        terminal.Warning(image.Warning.Replace(image.Path, shown, StringComparison.Ordinal));
                    if (!Write(image, shown, writers))
                        unwritten++;
                    if (!quiet && !terminal.Interactive)
                        terminal.Line($"{shown}: {Describe(image, model.ClassNames)}");
                }
                ticker.Advance();
            }
        });
        foreach (var writer in writers)
            writer.Complete();
        terminal.Line(FormattableString.Invariant($"{found:N0} objects in {files.Count - unreadable:N0} images, written to {output} as {string.Join(", ", formats)}"));
        if (unreadable > 0)
            terminal.Error(FormattableString.Invariant($"{unreadable:N0} of {files.Count:N0} images could not be read."));
        if (unwritten > 0)
            terminal.Error(FormattableString.Invariant($"results of {unwritten:N0} of {files.Count:N0} images could not be written."));
        return unreadable + unwritten == 0 ? ExitCodes.Success : ExitCodes.Flaws;
    }

    /// <summary>Hands an image to all writers. If one of them cannot write, because the name is too long or the file may not be replaced, it costs this
    /// image only.</summary>
    /// <returns>Whether all of it was written.</returns>
    private bool Write(FileDetections image, string shown, IEnumerable<IResultWriter> writers)
    {
        bool written = true;
        foreach (var writer in writers)
        {
            try
            {
                writer.Add(image);
            }
            // A picture is decoded again, and XML has no way to write some characters.
            catch (Exception exception) when (
                exception is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException && !IsDiskFull(exception))
            {
                written = false;
                terminal.Warning($"{shown}: its results could not be written: {Terminal.Printable(exception.Message)}");
            }
        }
        return written;
    }

    // ENOSPC and EDQUOT of Linux and macOS, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows: no other image would fare better.
    private static bool IsDiskFull(Exception exception) =>
        exception is IOException
        && (OperatingSystem.IsWindows() ? (exception.HResult & 0xFFFF) is 0x27 or 0x70 : exception.HResult is 28 or 69 or 122);

    private static string Describe(FileDetections image, IReadOnlyList<string> names) => image.Detections.Count == 0 ? "nothing"
        : string.Join(", ", image.Detections.Select(d => string.Create(CultureInfo.InvariantCulture, $"{names[d.ClassIndex]} {100 * d.Score:F0}%")));
}
