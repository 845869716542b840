using Yolo.Model.Geometry;

namespace Yolo.Model.Anchors;

/// <summary>Anchors for several counts, and the shapes they were clustered from.</summary>
public sealed class AnchorSweep
{
    private AnchorSweep(IReadOnlyList<BoxShape> shapes, IReadOnlyList<AnchorClusters> clusters)
    {
        Shapes = shapes;
        Clusters = clusters;
    }

    /// <summary>The shapes of the boxes, in grid cells of the network.</summary>
    public IReadOnlyList<BoxShape> Shapes { get; }

    /// <summary>The anchors of each count, by growing count. If the boxes have fewer distinct shapes than the highest counts, the last has
    /// as many anchors as there are shapes.</summary>
    public IReadOnlyList<AnchorClusters> Clusters { get; }

    /// <summary>Clusters shapes once for each count, by <see cref="AnchorKMeans"/>.</summary>
    /// <param name="shapes">Shapes of the data set's boxes, in grid cells of the network, each positive and finite.</param>
    /// <param name="counts">The counts, each at least 1, in any order; what occurs twice is done once.</param>
    /// <param name="seed">Seed of each clustering.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    /// <exception cref="ArgumentException">There is no count, a there is no shape, or one is not positive and finite.</exception>
    public static AnchorSweep Run(IReadOnlyList<BoxShape> shapes, IEnumerable<int> counts, int seed)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        ArgumentNullException.ThrowIfNull(counts);
        int[] ordered = [.. counts.Distinct().Order()];
        if (ordered.Length == 0)
            throw new ArgumentException("At least one count of anchors is needed.", nameof(counts));
        // Of the counts that the shapes do not suffice for, the highest stands for all: its warning is the one to tell.
        var clusters = ordered.Select(count => AnchorKMeans.Cluster(shapes, count, seed)).GroupBy(clusters => clusters.Anchors.Count);
        return new([.. shapes], [.. clusters.Select(same => same.Last())]);
    }
}
