using System.Numerics;
using System.Runtime.InteropServices;

namespace Yolo.Model.Encoding;

/// <summary>The class scores of a vector of predictions at a time. Columns are whole vectors long.</summary>
internal static class ScoreColumns
{
    /// <summary>Logits to scores: objectness times the softmax over the classes, or <see cref="GreedySuppression.Dropped"/> unless above the threshold.</summary>
    /// <param name="classes">A column per class.</param>
    /// <param name="stride">Length of a column.</param>
    /// <param name="objectness">Of as many predictions as are regarded.</param>
    /// <param name="threshold">The score threshold.</param>
    public static void Softmax(Span<float> classes, int stride, ReadOnlySpan<float> objectness, float threshold)
    {
        var values = Vectors(classes);
        var objects = Vectors(objectness);
        int step = stride / Vector<float>.Count;
        for (int i = 0; i < objects.Length; i++)
        {
            var largest = values[i];
            for (int at = i + step; at < values.Length; at += step)
                largest = Vector.MaxNative(largest, values[at]);
            // A NaN that the maximum lost comes back with the sum.
            var sum = Vector<float>.Zero;
            for (int at = i; at < values.Length; at += step)
                sum += values[at] = Vector.Exp(values[at] - largest);
            var scale = objects[i] * (Vector<float>.One / sum);
            for (int at = i; at < values.Length; at += step)
                values[at] = AboveOrDropped(scale * values[at], threshold);
        }
    }

    /// <summary>Logits to scores: objectness times a sigmoid per class; else as <see cref="Softmax"/>.</summary>
    public static void Sigmoids(Span<float> classes, int stride, ReadOnlySpan<float> objectness, float threshold)
    {
        var values = Vectors(classes);
        var objects = Vectors(objectness);
        int step = stride / Vector<float>.Count;
        for (int i = 0; i < objects.Length; i++)
        {
            for (int at = i; at < values.Length; at += step)
                values[at] = AboveOrDropped(objects[i] / (Vector<float>.One + Vector.Exp(-values[at])), threshold);
        }
    }

    /// <summary>The largest score of each prediction.</summary>
    public static void Largest(ReadOnlySpan<float> classes, int stride, Span<float> result)
    {
        var values = Vectors(classes);
        var largest = Vectors(result);
        int step = stride / Vector<float>.Count;
        for (int i = 0; i < largest.Length; i++)
        {
            largest[i] = values[i];
            for (int at = i + step; at < values.Length; at += step)
                largest[i] = Vector.MaxNative(largest[i], values[at]);
        }
    }

    private static Vector<float> AboveOrDropped(Vector<float> score, float threshold) =>
        Vector.ConditionalSelect(Vector.GreaterThan(score, new(threshold)), score, new(GreedySuppression.Dropped));

    private static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);

    private static ReadOnlySpan<Vector<float>> Vectors(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
