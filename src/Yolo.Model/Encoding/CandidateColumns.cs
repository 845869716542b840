using Yolo.Model.Network;

namespace Yolo.Model.Encoding;

/// <summary>Memory for those predictions of a map that may be detections, a column per quantity, rented for one call.</summary>
internal readonly ref struct CandidateColumns
{
    // Boxes and objectness.
    private const int OtherColumns = BoxColumns.Count + 1;

    private readonly RentedBuffer<float> _floats;
    private readonly RentedBuffer<int> _offsets;

    /// <summary>Rents room for all predictions of a map.</summary>
    public CandidateColumns(RegionLayout layout)
    {
        Stride = BoxColumns.Padded(layout.Boxes);
        _floats = new((OtherColumns + layout.Classes) * Stride);
        _offsets = new(layout.Boxes);
        Boxes = new(_floats.Span, Stride);
    }

    /// <summary>Length of a column.</summary>
    public int Stride { get; }

    /// <summary>The boxes, in pixels of the network's input.</summary>
    public BoxColumns Boxes { get; }

    /// <summary>Objectness, 0 to 1.</summary>
    public Span<float> Objectness => _floats.Span.Slice(BoxColumns.Count * Stride, Stride);

    /// <summary>The columns of the classes, one after the other: a score, or <see cref="GreedySuppression.Dropped"/> where it does not reach the threshold.</summary>
    public Span<float> Scores => _floats.Span[(OtherColumns * Stride)..];

    /// <summary>Where in the map each candidate begins, with its tx.</summary>
    public Span<int> Offsets => _offsets.Span;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _floats.Dispose();
        _offsets.Dispose();
    }
}
