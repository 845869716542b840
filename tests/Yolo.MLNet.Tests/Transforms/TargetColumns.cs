using Microsoft.ML;

namespace Yolo.MLNet.Tests.Transforms;

/// <summary>What the encoding wrote into a row.</summary>
internal sealed record TargetColumns(float[] Targets, float[] TrueBoxes, int[] Counts)
{
    public static TargetColumns Read(DataViewRow row) => new(Rows.Vector<float>(row, "Targets"), Rows.Vector<float>(row, "TrueBoxes"), Rows.Vector<int>(row, "TargetCounts"));

    public bool Equals(TargetColumns? other) => other is not null
        && Targets.SequenceEqual(other.Targets) && TrueBoxes.SequenceEqual(other.TrueBoxes) && Counts.SequenceEqual(other.Counts);

    public override int GetHashCode() => Counts.Length;
}
