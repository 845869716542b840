using System.Runtime.InteropServices;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Files.OnnxFormat;
using static Yolo.Model.Onnx.GraphWriter;
using DataType = Yolo.Model.Files.OnnxFormat.TensorProto.Types.DataType;

namespace Yolo.Model.Onnx;

/// <summary>Writes decoding and suppression as ONNX nodes, so that a file needs no code around it: what <see cref="RegionDecoder"/> and
/// <see cref="NonMaxSuppression"/> do, ties included.</summary>
/// <remarks>A box is numbered anchor by anchor, row by row, as its predictions stand in the map. B is the number of boxes of an image, G the number of groups that
/// suppress among themselves: the classes, or one.</remarks>
internal sealed class DetectionGraph
{
    /// <summary>The outputs in words.</summary>
    public const string Description = $"Outputs, a row per detection, by image and descending score: boxes ({BoxFormat}), scores, classes, images (index in the batch).";

    /// <summary>What the four numbers of a box are.</summary>
    public const string BoxFormat = "x0,y0,x1,y1 in pixels of the input, not clipped";

    private const string DetectionCount = "D";

    private readonly GraphWriter _writer;
    private readonly RegionLayer _region;
    private readonly RegionLayout _layout;
    private readonly FeatureShape _input;
    private readonly DetectionOptions _options;

    private DetectionGraph(GraphWriter writer, NetworkDefinition network, DetectionOptions options)
    {
        _writer = writer;
        (_region, _layout, _input) = (network.Region, network.RegionLayout, network.Input);
        _options = options;
    }

    /// <summary>Makes detections, as <see cref="OnnxOutput.Detections"/> lists them, the outputs of a graph.</summary>
    /// <param name="writer">The graph of the network.</param>
    /// <param name="map">Name of its raw map, <c>[N, A * (5 + C), h, w]</c>.</param>
    /// <param name="network">The network; it ends in a region layer.</param>
    /// <param name="options">What is reported.</param>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    public static void Append(GraphWriter writer, string map, NetworkDefinition network, DetectionOptions options)
    {
        writer.Graph.Output.Clear();
        new DetectionGraph(writer, network, options).Append(map);
    }

    private void Append(string map)
    {
        string predictions = Reshape("predictions", map, 0, _layout.Anchors, _layout.Entries, _layout.PlaneSize);
        _writer.Node("Split", ["raw_centers", "raw_sizes", "raw_objectness", "raw_classes"],
            [predictions, _writer.Integers("entries", 2, 2, 1, _layout.Classes)], Attribute("axis", 2));
        string boxes = Boxes("raw_centers", "raw_sizes");
        string scores = Scores("raw_objectness", "raw_classes");
        if (!_options.ClassAgnostic)
        {
            var (found, place) = Suppress(boxes, scores, _layout.Classes);
            _writer.Node("Mod", "classes", [place, "groups"]);
            Report(boxes, found, place);
        }
        else
        {
            // A box suppresses its own other classes: only the best one counts.
            string best = _writer.Node("ArgMax", "best_classes", [scores], Attribute("axis", 2), Attribute("keepdims", 0L));
            scores = _writer.Node("ReduceMax", "best_scores", [scores], Attribute("axes", [2L]), Attribute("keepdims", 1L));
            var (found, place) = Suppress(boxes, scores, groups: 1);
            Report(boxes, found, place);
            _writer.Node("GatherND", "classes", [best, "detected_boxes"]);
        }
    }

    // [N, B, 4]: centre = (cell + sigmoid) * pixels per cell, size = anchor * exp.
    private string Boxes(string rawCenters, string rawSizes)
    {
        int plane = _layout.PlaneSize;
        float cellWidth = (float)_input.Width / _layout.Width, cellHeight = (float)_input.Height / _layout.Height;
        float[] cells = [.. Enumerable.Range(0, plane).Select(cell => (float)(cell % _layout.Width)), .. Enumerable.Range(0, plane).Select(cell => (float)(cell / _layout.Width))];
        float[] halfAnchors = [.. _region.Anchors.SelectMany(anchor => new[] { 0.5f * anchor.Width * cellWidth, 0.5f * anchor.Height * cellHeight })];

        string inCell = _writer.Node("Sigmoid", "centers_in_cell", [rawCenters]);
        string inGrid = _writer.Node("Add", "centers_in_grid", [inCell, Floats("cells", cells, 1, 1, 2, plane)]);
        string centers = _writer.Node("Mul", "centers", [inGrid, Floats("cell_size", [cellWidth, cellHeight], 1, 1, 2, 1)]);
        string limited = _writer.Node("Clip", "limited_sizes", [rawSizes, Floats("smallest", [-RegionDecoder.LogSizeLimit]), Floats("largest", [RegionDecoder.LogSizeLimit])]);
        string factors = _writer.Node("Exp", "size_factors", [limited]);
        string halves = _writer.Node("Mul", "half_sizes", [factors, Floats("half_anchors", halfAnchors, 1, _layout.Anchors, 2, 1)]);
        string corners = _writer.Node("Concat", "corners",
            [_writer.Node("Sub", "upper_left", [centers, halves]), _writer.Node("Add", "lower_right", [centers, halves])], Attribute("axis", 2));
        return ByBox("all_boxes", corners, 4);
    }

    // [N, B, C]: objectness times class.
    private string Scores(string rawObjectness, string rawClasses)
    {
        string classes = _region.Softmax
            ? _writer.Node("Softmax", "class_probabilities", [rawClasses], Attribute("axis", 2))
            : _writer.Node("Sigmoid", "class_probabilities", [rawClasses]);
        string objectness = _writer.Node("Sigmoid", "objectness", [rawObjectness]);
        return ByBox("all_scores", _writer.Node("Mul", "joint_scores", [classes, objectness]), _layout.Classes);
    }

    // Scores [N, B, G] to the detections: which ones [D, 2] (image, rank), and their places [D] among an image's B * G scores.
    private (string Found, string Place) Suppress(string boxes, string scores, int groups)
    {
        string selected = _writer.Node("NonMaxSuppression", "selected",
        [
            boxes,
            _writer.Node("Transpose", "scores_by_group", [scores], Attribute("perm", 0, 2, 1)),
            _writer.Integers("most_per_group", _options.MaxDetections),
            Floats("iou_threshold", [_options.IoUThreshold], 1),
            Floats("score_threshold", [_options.ScoreThreshold], 1),
        ]);

        // What was selected, in its place among zeros: so the best of each image come by one TopK, ties in the order of boxes, then classes.
        string at = _writer.Node("Gather", "selected_by_box", [selected, _writer.Integers("image_box_group", 0, 2, 1)], Attribute("axis", 1));
        string zeros = _writer.Node("ConstantOfShape", "zeros", [_writer.Node("Shape", "scores_shape", [scores])]);
        string kept = _writer.Node("ScatterND", "kept_scores", [zeros, at, _writer.Node("GatherND", "selected_scores", [scores, at])]);
        int all = _layout.Boxes * groups;
        _writer.Node("TopK", ["ranked_scores", "ranked_places"],
            [Reshape("kept_of_image", kept, 0, all), _writer.Integers("most_of_image", Math.Min(_options.MaxDetections, all))], Attribute("axis", 1));

        string any = _writer.Node("Greater", "is_detection", ["ranked_scores", Floats("nothing", [0])]);
        string found = _writer.Node("Transpose", "found", [_writer.Node("NonZero", "found_by_axis", [any])], Attribute("perm", 1, 0));
        _writer.Integers("groups", groups);
        return (found, _writer.Node("GatherND", "places", ["ranked_places", found]));
    }

    private void Report(string boxes, string found, string place)
    {
        string image = _writer.Node("Gather", "image_column", [found, _writer.Integers("first_column", 0)], Attribute("axis", 1));
        string box = _writer.Node("Unsqueeze", "box_column", [_writer.Node("Div", "box_numbers", [place, "groups"]), _writer.Integers("second_axis", 1)]);
        string at = _writer.Node("Concat", "detected_boxes", [image, box], Attribute("axis", 1));
        _writer.Node("GatherND", "boxes", [boxes, at]);
        _writer.Node("GatherND", "scores", ["ranked_scores", found]);
        Reshape("images", image, -1);
        Output("boxes", DataType.Float, 4);
        Output("scores", DataType.Float);
        Output("classes", DataType.Int64);
        Output("images", DataType.Int64);
    }

    private void Output(string name, DataType type, params ReadOnlySpan<long> rest)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = DetectionCount } } };
        foreach (long length in rest)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        _writer.Graph.Output.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = shape } } });
    }

    // [N, A, length, h * w] to [N, B, length].
    private string ByBox(string name, string input, int length) =>
        Reshape(name, _writer.Node("Transpose", $"{name}_last", [input], Attribute("perm", 0, 1, 3, 2)), 0, _layout.Boxes, length);

    private string Reshape(string name, string input, params ReadOnlySpan<long> shape) =>
        _writer.Node("Reshape", name, [input, _writer.Integers($"{name}_shape", shape)]);

    private string Floats(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        _writer.Floats(name, MemoryMarshal.AsBytes(values).ToArray(), shape);
}
