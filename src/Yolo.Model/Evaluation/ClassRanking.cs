using Yolo.Model.Geometry;

namespace Yolo.Model.Evaluation;

/// <summary>Objects and detections of one class in one image, the detections by falling score.</summary>
internal sealed record ImageOfClass(GroundTruth[] Truths, Detection[] Detections);

/// <summary>Decides what became of the first detections of an image, one outcome each.</summary>
internal delegate void ImageMatcher(ImageOfClass image, Span<MatchOutcome> outcomes);

/// <summary>The detections of one class over all images by falling score. Sorted once, it is matched under as many rules as are asked for.</summary>
internal sealed class ClassRanking
{
    private readonly IReadOnlyList<ImageOfClass> _images;
    private readonly int _mostPerImage;
    private readonly MatchOutcome[] _outcomes;
    private readonly int[] _order;
    private readonly float[] _scores;
    private readonly int[] _placesInImage;

    /// <summary>Ranks the detections; of equal scores the earlier image's come first.</summary>
    /// <param name="images">The images.</param>
    /// <param name="mostPerImage">Only so many of an image's detections, the best ones, are looked at.</param>
    public ClassRanking(IReadOnlyList<ImageOfClass> images, int mostPerImage)
    {
        _images = images;
        _mostPerImage = mostPerImage;
        _scores = [.. images.SelectMany(image => image.Detections.Take(mostPerImage)).Select(detection => detection.Score)];
        _placesInImage = [.. images.SelectMany(image => Enumerable.Range(0, Math.Min(image.Detections.Length, mostPerImage)))];
        _outcomes = new MatchOutcome[_scores.Length];
        _order = [.. Enumerable.Range(0, _scores.Length).OrderByDescending(place => _scores[place])];
    }

    /// <summary>Matches each image on its own; the detections that count come in falling order of score.</summary>
    public RankedDetections Match(ImageMatcher match)
    {
        int first = 0;
        foreach (var image in _images)
        {
            int count = Math.Min(image.Detections.Length, _mostPerImage);
            match(image, _outcomes.AsSpan(first, count));
            first += count;
        }
        int counted = _outcomes.Length - _outcomes.AsSpan().Count(MatchOutcome.Ignored);
        var ranked = new RankedDetections(new float[counted], new bool[counted], new int[counted]);
        int rank = 0;
        foreach (int place in _order)
        {
            if (_outcomes[place] == MatchOutcome.Ignored)
                continue;
            ranked.Scores[rank] = _scores[place];
            ranked.Hits[rank] = _outcomes[place] == MatchOutcome.Hit;
            ranked.PlacesInImage[rank++] = _placesInImage[place];
        }
        return ranked;
    }
}

/// <summary>Detections that count, over all images, by falling score, which of them are right, and how many detections of the image rank
/// before each.</summary>
internal sealed record RankedDetections(float[] Scores, bool[] Hits, int[] PlacesInImage)
{
    /// <summary>How many objects the best detections of each image find, so many of an image at most; those that do not count take their
    /// place, too.</summary>
    public int HitsOfBest(int mostPerImage)
    {
        int hits = 0;
        for (int i = 0; i < Hits.Length; i++)
        {
            if (Hits[i] && PlacesInImage[i] < mostPerImage)
                hits++;
        }
        return hits;
    }

    /// <summary>What is reached by keeping the detections from each score on, from the highest score to the lowest; detections of equal score are kept together.</summary>
    public OperatingPoint[] Curve(int truths)
    {
        var points = new List<OperatingPoint>();
        int found = 0;
        for (int i = 0; i < Hits.Length; i++)
        {
            if (Hits[i])
                found++;
            if (i + 1 == Scores.Length || Scores[i + 1] != Scores[i])
                points.Add(new(Scores[i], found, i + 1 - found, truths - found));
        }
        return [.. points];
    }
}
