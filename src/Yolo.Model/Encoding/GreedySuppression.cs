using System.Numerics;
using System.Runtime.InteropServices;
using Yolo.Model.Geometry;

namespace Yolo.Model.Encoding;

/// <summary>Scores whose boxes suppress each other: those of a class, or all.</summary>
/// <param name="scoreStart">Where the scores begin.</param>
/// <param name="boxStart">Where their boxes begin; groups may share boxes.</param>
/// <param name="length">Scores and boxes, a multiple of <see cref="BoxColumns.Lanes"/>.</param>
internal struct SuppressionGroup(int scoreStart, int boxStart, int length)
{
    public readonly int ScoreStart => scoreStart;

    public readonly int BoxStart => boxStart;

    public readonly int Length => length;

    /// <summary>The highest score that is neither taken nor dropped, or <see cref="GreedySuppression.Dropped"/>.</summary>
    public float BestScore { get; set; }

    /// <summary>Its index in the group, the lowest of equal ones.</summary>
    public int BestIndex { get; set; }
}

/// <summary>Greedy non-maximum suppression without sorting: takes the best score of all groups, drops what overlaps it in its group, and finds the next best in the
/// same sweep over the group's columns.</summary>
/// <remarks>That is what going through the sorted scores gives, since a score is dropped by a better one or not at all; and it ends with the last detection that is wanted, however many
/// candidates there are.</remarks>
internal readonly ref struct GreedySuppression
{
    /// <summary>The score of what is no candidate (any more).</summary>
    public const float Dropped = float.NegativeInfinity;

    private readonly BoxColumns _boxes;
    private readonly Span<float> _scores;
    private readonly Span<SuppressionGroup> _groups;
    private readonly ReadOnlySpan<int> _ranks;
    private readonly float _iouThreshold;

    /// <summary>Prepares the groups.</summary>
    /// <param name="boxes">The boxes of all groups.</param>
    /// <param name="scores">Their scores, overwritten; <see cref="Dropped"/> and NaN are never taken.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="ranks">For each box its rank among equal scores of several groups; empty: its index.</param>
    /// <param name="iouThreshold">IoU above which the lower-scoring of two boxes of a group is dropped.</param>
    public GreedySuppression(BoxColumns boxes, Span<float> scores, Span<SuppressionGroup> groups, ReadOnlySpan<int> ranks, float iouThreshold)
    {
        _boxes = boxes;
        _scores = scores;
        _groups = groups;
        _ranks = ranks;
        _iouThreshold = iouThreshold;
        foreach (ref var group in groups)
            (group.BestIndex, group.BestScore) = Best(scores.Slice(group.ScoreStart, group.Length));
    }

    /// <summary>Takes the next detection. Of equal scores the one of the lowest rank comes first, then the one of the lowest group.</summary>
    /// <param name="group">Index of its group.</param>
    /// <param name="box">Index of its box among all boxes.</param>
    /// <param name="score">Its score.</param>
    /// <returns>Whether one was left.</returns>
    public bool TryTake(out int group, out int box, out float score)
    {
        (group, box, score) = (0, 0, Dropped);
        int rank = 0;
        for (int i = 0; i < _groups.Length; i++)
        {
            ref readonly var candidate = ref _groups[i];
            if (candidate.BestScore < score || candidate.BestScore == Dropped)
                continue;
            int index = candidate.BoxStart + candidate.BestIndex, itsRank = _ranks.IsEmpty ? index : _ranks[index];
            if (candidate.BestScore > score || itsRank < rank)
                (group, box, score, rank) = (i, index, candidate.BestScore, itsRank);
        }
        if (score == Dropped)
            return false;
        DropOverlaps(ref _groups[group], _boxes.Get(box));
        return true;
    }

    // The formula is that of BoundingBox.IoU, operation by operation: the results are equal to the bit. The processor's own minimum and maximum may lose a NaN, but
    // then the area is NaN, too, and exceeds no threshold.
    private void DropOverlaps(ref SuppressionGroup group, BoundingBox taken)
    {
        var scores = _scores.Slice(group.ScoreStart, group.Length);
        scores[group.BestIndex] = Dropped;
        var values = Vectors(scores);
        int start = group.BoxStart, length = group.Length;
        ReadOnlySpan<Vector<float>> lefts = Vectors(_boxes.Left.Slice(start, length)), tops = Vectors(_boxes.Top.Slice(start, length));
        ReadOnlySpan<Vector<float>> rights = Vectors(_boxes.Right.Slice(start, length)), bottoms = Vectors(_boxes.Bottom.Slice(start, length));
        ReadOnlySpan<Vector<float>> areas = Vectors(_boxes.Area.Slice(start, length));
        Vector<float> left = new(taken.Left), top = new(taken.Top), right = new(taken.Right), bottom = new(taken.Bottom), area = new(taken.Area);
        Vector<float> threshold = new(_iouThreshold), dropped = new(Dropped), best = dropped;
        var bestAt = Vector<int>.Zero;
        for (int i = 0; i < values.Length; i++)
        {
            var width = Vector.MaxNative(Vector.MinNative(rights[i], right) - Vector.MaxNative(lefts[i], left), Vector<float>.Zero);
            var height = Vector.MaxNative(Vector.MinNative(bottoms[i], bottom) - Vector.MaxNative(tops[i], top), Vector<float>.Zero);
            var intersection = width * height;
            var union = area + areas[i] - intersection;
            // Where the union is 0, so is the intersection, and their NaN exceeds no threshold.
            var value = Vector.ConditionalSelect(Vector.GreaterThan(intersection / union, threshold), dropped, values[i]);
            values[i] = value;
            bestAt = Vector.ConditionalSelect(Vector.GreaterThan(value, best), new(i), bestAt);
            best = Vector.ConditionalSelect(Vector.GreaterThan(value, best), value, best);
        }
        (group.BestIndex, group.BestScore) = Best(best, bestAt);
    }

    private static (int Index, float Score) Best(Span<float> scores)
    {
        var values = Vectors(scores);
        var best = new Vector<float>(Dropped);
        var bestAt = Vector<int>.Zero;
        for (int i = 0; i < values.Length; i++)
        {
            bestAt = Vector.ConditionalSelect(Vector.GreaterThan(values[i], best), new(i), bestAt);
            best = Vector.ConditionalSelect(Vector.GreaterThan(values[i], best), values[i], best);
        }
        return Best(best, bestAt);
    }

    // Each lane holds its best score and the vector that it came from.
    private static (int Index, float Score) Best(Vector<float> scores, Vector<int> vectors)
    {
        var (index, score) = (0, Dropped);
        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            int at = vectors[lane] * Vector<float>.Count + lane;
            if (scores[lane] > score || scores[lane] == score && at < index)
                (index, score) = (at, scores[lane]);
        }
        return (index, score);
    }

    private static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
