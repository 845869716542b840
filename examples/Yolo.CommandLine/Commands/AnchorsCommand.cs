using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Quickstart;
using Yolo.CommandLine.Data;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Output;

namespace Yolo.CommandLine.Commands;

/// <summary><c>anchors</c>: anchors clustered from the boxes of a data set.</summary>
internal sealed class AnchorsCommand(Terminal terminal)
{
    private readonly DataOptions _data = new();
    private readonly NetworkOptions _network = new();
    private readonly Option<string?> _set = new("--set") { Description = "Image set whose boxes are clustered. [default: trainval if there is one, else train, else all images]", HelpName = "set" };
    private readonly Option<int?> _count = OptionKinds.AtLeast("--count", 1, "Anchors. [default: 5]", "-k");
    private readonly Option<int?> _seed = OptionKinds.AtLeast("--seed", 0, "Seed of the clustering. [default: 0]");

    /// <summary>The command.</summary>
    public Command Create() => new Command("anchors", "Clusters the boxes of a data set into anchors, as training does, and prints them as a .cfg wants them.")
        .WithOptions([.. _data.All, _network.Network, _network.Size, _set, _count, _seed])
        .WithExamples("yolo-mlnet anchors --data BCCD", "yolo-mlnet anchors --data BCCD --count 4 --network yolov2 --size 608")
        .WithAction(terminal, (parsed, _) => Run(parsed));

    private int Run(ParseResult parsed)
    {
        var network = _network.Get(parsed);
        var source = _data.Open(parsed);
        string? set = source.TrainSet(parsed.GetValue(_set), "--set");
        var ml = terminal.CreateContext();
        var data = source.Load(ml, set);
        int count = parsed.GetValue(_count) ?? 5;
        terminal.Line(DataDescription.Of(data, set ?? source.Path));
        var clusters = ml.ObjectDetection.ClusterAnchors(data, network, count, seed: parsed.GetValue(_seed) ?? 0);
        terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{count} anchors for {network.Input.Width} x {network.Input.Height}; average IoU of a box with its best one {clusters.AverageIoU:F3}"));
        terminal.Line("anchors=" + string.Join(", ", clusters.Anchors.Select(anchor => string.Create(CultureInfo.InvariantCulture, $"{anchor.Width:F4},{anchor.Height:F4}"))));
        return ExitCodes.Success;
    }
}
