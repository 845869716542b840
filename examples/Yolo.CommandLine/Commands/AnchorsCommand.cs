using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Quickstart;
using Yolo.CommandLine.Data;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Output;
using Yolo.Model.Anchors;
using Yolo.Model.Network;
using Yolo.Model.Reports;

namespace Yolo.CommandLine.Commands;

/// <summary><c>anchors</c>: anchors clustered from the boxes of a data set.</summary>
internal sealed class AnchorsCommand(Terminal terminal)
{
    private readonly DataOptions _data = new();
    private readonly NetworkOptions _network = new();
    private readonly Option<string?> _set = new("--set") { Description = "Image set whose boxes are clustered. [default: trainval if there is one, else train, else all images]", HelpName = "set" };
    private readonly Option<int?> _count = OptionKinds.AtLeast("--count", 1, "Anchors. [default: 5]", "-k");
    private readonly Option<int?> _sweep = OptionKinds.AtLeast("--sweep", 1, "Cluster 1 to N anchors, too, and draw plots: the average IoU over their number, and the boxes with the anchors.");

    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder for the plots of --sweep.", HelpName = "folder", DefaultValueFactory = _ => Path.Combine("runs", "anchors") };

    private readonly Option<int?> _seed = OptionKinds.AtLeast("--seed", 0, "Seed of the clustering. [default: 0]");

    /// <summary>The command.</summary>
    public Command Create() => new Command("anchors", "Clusters the boxes of a data set into anchors, as training does, and prints them as a .cfg wants them.")
        .WithOptions([.. _data.All, _network.Network, _network.Size, _set, _count, _sweep, _output, _seed])
        .WithExamples("yolo-mlnet anchors --data BCCD", "yolo-mlnet anchors --data BCCD --count 4 --network yolov2 --size 608", "yolo-mlnet anchors --data BCCD --sweep 10     # runs/anchors/*.svg")
        .WithAction(terminal, Run);

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var network = _network.Get(parsed);
        var source = _data.Open(parsed);
        var ml = terminal.CreateContext();
        var data = source.Load(ml, DataOptions.TrainSet(source, parsed.GetValue(_set), "--set"), _data.Get(parsed, cancellation), terminal);
        int count = parsed.GetValue(_count) ?? 5;
        int seed = parsed.GetValue(_seed) ?? 0;
        if (parsed.GetValue(_sweep) is { } most)
        {
            Print(Sweep(ml, data, network, count, most, seed, parsed.GetRequiredValue(_output)), network);
            return ExitCodes.Success;
        }
        Print(ml.ObjectDetection.ClusterAnchors(data, network, count, seed: seed), network);
        return ExitCodes.Success;
    }

    private AnchorClusters Sweep(MLContext ml, IDataView data, NetworkDefinition network, int count, int most, int seed, string folder)
    {
        var sweep = ml.ObjectDetection.SweepAnchors(data, network, Enumerable.Range(1, most).Append(count), seed: seed);
        terminal.Line("anchors  average IoU");
        foreach (var clusters in sweep.Clusters)
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{clusters.Anchors.Count,7}  {clusters.AverageIoU,11:F3}"));
        Directory.CreateDirectory(folder);
        string curve = Path.Combine(folder, "average-iou.svg"), shapes = Path.Combine(folder, "shapes.svg");
        sweep.SaveAverageIoUPlot(curve);
        // Fewer than asked for, if the boxes have no more distinct shapes.
        var chosen = sweep.Clusters.Last(clusters => clusters.Anchors.Count <= count);
        sweep.SaveShapesPlot(shapes, chosen.Anchors.Count);
        terminal.Line($"plots: {curve}, {shapes}");
        return chosen;
    }

    private void Print(AnchorClusters clusters, NetworkDefinition network)
    {
        terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{clusters.Anchors.Count} anchors for {network.Input.Width} x {network.Input.Height}; average IoU of a box with its best one {clusters.AverageIoU:F3}"));
        terminal.Line("anchors=" + string.Join(", ", clusters.Anchors.Select(anchor => string.Create(CultureInfo.InvariantCulture, $"{anchor.Width:F4},{anchor.Height:F4}"))));
    }
}
