using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Encoding;

/// <summary>Turns the raw map of a network into boxes: the inverse of <see cref="TargetEncoder"/> (YOLO9000, section 2, "Direct location prediction";
/// Darknet, region_layer.c, <c>get_region_box</c>). Safe to use from several threads at once.</summary>
/// <remarks>The map is planar, so that vectors of neighbouring cells run through each formula together. A prediction whose objectness alone stays below the score
/// threshold is left out after one comparison.</remarks>
public sealed class RegionDecoder
{
    /// <summary>Largest magnitude of tw and th that is regarded: beyond it a box would be 22,026 times its anchor, or that much smaller, and
    /// soon not finite.</summary>
    internal const float LogSizeLimit = 10;

    private readonly RegionLayout _layout;
    private readonly RegionLayer _region;
    private readonly DetectionOptions _options;
    private readonly float _cellWidth;
    private readonly float _cellHeight;
    private readonly float _objectnessLogit;

    /// <summary>Decodes the maps of a network.</summary>
    /// <param name="network">A network that ends in a region layer.</param>
    /// <param name="options">Which predictions become detections.</param>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    public RegionDecoder(NetworkDefinition network, DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        (_region, _layout, _options) = (network.Region, network.RegionLayout, options);
        (_cellWidth, _cellHeight) = ((float)network.Input.Width / _layout.Width, (float)network.Input.Height / _layout.Height);
        // A little below the exact logit: rounding must not decide here.
        _objectnessLogit = MathF.Log(options.ScoreThreshold / (1 - options.ScoreThreshold)) - 1e-3f;
    }

    /// <summary>Decodes the map of one image. A prediction gives one detection for each class whose score exceeds the threshold, as in
    /// Darknet; nothing is suppressed.</summary>
    /// <param name="map">The raw map, <c>[A * (5 + C), H, W]</c>.</param>
    /// <param name="results">Cleared, then filled: boxes in pixels of the network's input, not clipped to it, by anchor, row, column and class.
    /// A prediction of which a coordinate, the objectness or the score of a class is NaN gives no detection there.</param>
    /// <exception cref="ArgumentException">The map has another length.</exception>
    public void Decode(ReadOnlySpan<float> map, List<Detection> results)
    {
        CheckAndClear(map, results);
        using var columns = new CandidateColumns(_layout);
        int count = Fill(map, columns);
        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < _layout.Classes; c++)
            {
                float score = columns.Scores[c * columns.Stride + i];
                if (score > GreedySuppression.Dropped)
                    results.Add(new(columns.Boxes.Get(i), c, score));
            }
        }
    }

    /// <summary>Decodes the map of one image and suppresses: what <see cref="Decode"/> and <see cref="NonMaxSuppression.Apply"/> give, without the list in
    /// between. Class-agnostic, each box counts with its best class alone, of equal ones the first.</summary>
    /// <param name="map">The raw map, <c>[A * (5 + C), H, W]</c>.</param>
    /// <param name="results">Cleared, then filled: at most <see cref="DetectionOptions.MaxDetections"/> in descending order of score, of equal scores by anchor, row,
    /// column and class; boxes in pixels of the network's input, not clipped to it.</param>
    /// <exception cref="ArgumentException">The map has another length.</exception>
    public void Detect(ReadOnlySpan<float> map, List<Detection> results)
    {
        CheckAndClear(map, results);
        using var columns = new CandidateColumns(_layout);
        int length = BoxColumns.Padded(Fill(map, columns));
        if (length == 0)
            return;

        using var rented = new RentedBuffer<SuppressionGroup>(_options.ClassAgnostic ? 1 : _layout.Classes);
        var groups = rented.Span;
        for (int i = 0; i < groups.Length; i++)
            groups[i] = new(i * columns.Stride, 0, length);
        var scores = columns.Scores;
        if (_options.ClassAgnostic)
        {
            // The column is free again.
            scores = columns.Objectness;
            ScoreColumns.Largest(columns.Scores, columns.Stride, scores[..length]);
        }
        var suppression = new GreedySuppression(columns.Boxes, scores, groups, [], _options.IoUThreshold);
        while (results.Count < _options.MaxDetections && suppression.TryTake(out int group, out int box, out float score))
            results.Add(new(columns.Boxes.Get(box), _options.ClassAgnostic ? ClassOf(columns, box, score) : group, score));
    }

    private static int ClassOf(CandidateColumns columns, int box, float score)
    {
        int index = 0;
        while (columns.Scores[index * columns.Stride + box] != score)
            index++;
        return index;
    }

    private void CheckAndClear(ReadOnlySpan<float> map, List<Detection> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (map.Length != _layout.Size)
            throw new ArgumentException($"The network's map holds {_layout.Size} floats, this one {map.Length}.", nameof(map));
        results.Clear();
    }

    // Returns the number of candidates.
    private int Fill(ReadOnlySpan<float> map, CandidateColumns columns)
    {
        int count = Select(map, columns);
        var objectness = columns.Objectness[..BoxColumns.Padded(count)];
        objectness[count..].Clear();
        var offsets = columns.Offsets[..count];
        var scores = columns.Scores[..(_layout.Classes * columns.Stride)];
        for (int c = 0; c < _layout.Classes; c++)
            Gather(map[((RegionLayout.BoxEntries + c) * _layout.PlaneSize)..], offsets, scores[(c * columns.Stride)..]);
        if (_region.Softmax)
            ScoreColumns.Softmax(scores, columns.Stride, objectness, _options.ScoreThreshold);
        else
            ScoreColumns.Sigmoids(scores, columns.Stride, objectness, _options.ScoreThreshold);
        return count;
    }

    // Finds the candidates, their boxes and objectness.
    private int Select(ReadOnlySpan<float> map, CandidateColumns columns)
    {
        int count = 0;
        for (int anchor = 0; anchor < _layout.Anchors; anchor++)
        {
            var values = map.Slice(_layout.Index(anchor, 0, 0, 0), RegionLayout.BoxEntries * _layout.PlaneSize);
            var objectness = values[(RegionLayout.ObjectnessEntry * _layout.PlaneSize)..];
            for (int cell = 0; cell < objectness.Length; cell++)
            {
                if (!(objectness[cell] > _objectnessLogit))
                    continue;
                var box = Box(_region.Anchors[anchor], cell, values[cell..]);
                if (float.IsNaN(box.Area))
                    continue;
                columns.Boxes.Set(count, box);
                columns.Objectness[count] = Sigmoid(objectness[cell]);
                columns.Offsets[count++] = _layout.Index(anchor, 0, 0, 0) + cell;
            }
        }
        return count;
    }

    private BoundingBox Box(BoxShape anchor, int cell, ReadOnlySpan<float> values)
    {
        int plane = _layout.PlaneSize;
        return BoundingBox.FromCenter(
            (cell % _layout.Width + Sigmoid(values[0])) * _cellWidth,
            (cell / _layout.Width + Sigmoid(values[plane])) * _cellHeight,
            anchor.Width * Size(values[2 * plane]) * _cellWidth,
            anchor.Height * Size(values[3 * plane]) * _cellHeight);
    }

    private static float Size(float raw) => MathF.Exp(Math.Clamp(raw, -LogSizeLimit, LogSizeLimit));

    // Finite for every input but NaN: an exponential that overflows to infinity gives 0.
    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private static void Gather(ReadOnlySpan<float> values, ReadOnlySpan<int> offsets, Span<float> column)
    {
        column = column[..offsets.Length];
        for (int i = 0; i < column.Length; i++)
            column[i] = values[offsets[i]];
    }
}
