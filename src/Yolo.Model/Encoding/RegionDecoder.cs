using System.Numerics;
using System.Runtime.InteropServices;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;

namespace Yolo.Model.Encoding;

/// <summary>Turns the raw map of a network into boxes: the inverse of <see cref="TargetEncoder"/> (YOLO9000, section 2, "Direct location prediction";
/// Darknet, region_layer.c, <c>get_region_box</c>). Safe to use from several threads at once.</summary>
public sealed class RegionDecoder
{
    /// <summary>Largest magnitude of tw and th that is regarded: beyond it a box would be 22,026 times its anchor, or that much smaller, and
    /// soon not finite.</summary>
    public const float LogSizeLimit = 10;

    private readonly RegionLayout _layout;
    private readonly RegionLayer _region;
    private readonly float _cellWidth;
    private readonly float _cellHeight;
    private readonly float _threshold;
    private readonly float _objectnessLogit;

    /// <summary>Decodes the maps of a network.</summary>
    /// <param name="network">A network that ends in a region layer.</param>
    /// <param name="options">Of these only the score threshold is regarded; <see cref="NonMaxSuppression"/> does the rest.</param>
    /// <exception cref="InvalidOperationException">The network does not end in a region layer.</exception>
    public RegionDecoder(NetworkDefinition network, DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        (_region, _layout) = (network.Region, network.RegionLayout);
        (_cellWidth, _cellHeight) = ((float)network.Input.Width / _layout.Width, (float)network.Input.Height / _layout.Height);
        _threshold = options.ScoreThreshold;
        // No class score exceeds the objectness, so most predictions are done with after one comparison. A little below the exact logit:
        // rounding must not decide here.
        _objectnessLogit = MathF.Log(_threshold / (1 - _threshold)) - 1e-3f;
    }

    /// <summary>Decodes the map of one image. A prediction gives one detection for each class whose score exceeds the threshold, as in
    /// Darknet.</summary>
    /// <param name="map">The raw map, <c>[A * (5 + C), H, W]</c>.</param>
    /// <param name="results">Cleared, then filled: boxes in pixels of the network's input, not clipped to it, by anchor, row, column and class.
    /// Where a number of a prediction is NaN it gives no detection; infinite ones count as very large.</param>
    /// <exception cref="ArgumentException">The map has another length.</exception>
    public void Decode(ReadOnlySpan<float> map, List<Detection> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (map.Length != _layout.Size)
            throw new ArgumentException($"The network's map holds {_layout.Size} floats, this one {map.Length}.", nameof(map));
        results.Clear();
        using var rented = new RentedBuffer<float>(_layout.Classes);
        for (int anchor = 0; anchor < _layout.Anchors; anchor++)
        {
            var objectness = map.Slice(_layout.Index(anchor, RegionLayout.ObjectnessEntry, 0, 0), _layout.PlaneSize);
            for (int cell = 0; cell < objectness.Length; cell++)
            {
                if (objectness[cell] > _objectnessLogit)
                    Decode(map, anchor, cell, Sigmoid(objectness[cell]), rented.Span, results);
            }
        }
    }

    private void Decode(ReadOnlySpan<float> map, int anchor, int cell, float objectness, Span<float> scores, List<Detection> results)
    {
        int plane = _layout.PlaneSize;
        var values = map[(_layout.Index(anchor, 0, 0, 0) + cell)..];
        var logits = values[(RegionLayout.BoxEntries * plane)..];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = logits[i * plane];
        float scale = objectness * (_region.Softmax ? SoftmaxNumerators(scores) : Sigmoids(scores));

        BoundingBox? box = null;
        for (int i = 0; i < scores.Length; i++)
        {
            float score = scale * scores[i];
            if (!(score > _threshold))
                continue;
            box ??= Box(_region.Anchors[anchor], cell, values[0], values[plane], values[2 * plane], values[3 * plane]);
            if (float.IsNaN(box.Value.Area))
                return;
            results.Add(new(box.Value, i, score));
        }
    }

    private BoundingBox Box(BoxShape anchor, int cell, float tx, float ty, float tw, float th) => BoundingBox.FromCenter(
        (cell % _layout.Width + Sigmoid(tx)) * _cellWidth,
        (cell / _layout.Width + Sigmoid(ty)) * _cellHeight,
        anchor.Width * Size(tw) * _cellWidth,
        anchor.Height * Size(th) * _cellHeight);

    private static float Size(float raw) => MathF.Exp(Math.Clamp(raw, -LogSizeLimit, LogSizeLimit));

    // Finite for every input but NaN: an exponential that overflows to infinity gives 0.
    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    // Logits to exponentials, the largest being 1; returns the factor that makes them a softmax.
    private static float SoftmaxNumerators(Span<float> values)
    {
        float largest = float.NegativeInfinity;
        foreach (float value in values)
            largest = MathF.Max(largest, value);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var sums = Vector<float>.Zero;
        for (int i = 0; i < vectors.Length; i++)
            sums += vectors[i] = Vector.Exp(vectors[i] - new Vector<float>(largest));
        float sum = Vector.Sum(sums);
        for (int i = vectors.Length * Vector<float>.Count; i < values.Length; i++)
            sum += values[i] = MathF.Exp(values[i] - largest);
        return 1 / sum;
    }

    private static float Sigmoids(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = Sigmoid(values[i]);
        return 1;
    }
}
