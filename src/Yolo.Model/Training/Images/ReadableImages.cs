using Yolo.Model.Data;

namespace Yolo.Model.Training.Images;

/// <summary>The images of a set, where one that cannot be read gives its place to the next one. Safe to use from several threads.</summary>
/// <remarks>Whether an image can be read does not depend on when that is tried, so neither does what takes its place: threads and resuming change nothing.</remarks>
internal sealed class ReadableImages
{
    private readonly ITrainingImages _source;

    /// <summary>Takes a set of images.</summary>
    /// <param name="source">The set. Not owned.</param>
    /// <param name="onError">What is done about an image that cannot be read.</param>
    /// <param name="maximumSkipped">Largest share of the images that may be left out, 0 to 1.</param>
    /// <param name="warn">Told of images that are left out; see <see cref="SkippedImages.Tell"/>.</param>
    public ReadableImages(ITrainingImages source, OnError onError = OnError.Throw, double maximumSkipped = 0, Action<string>? warn = null)
    {
        _source = source;
        Skipped = new(source.Labels.Count, onError, maximumSkipped, warn);
    }

    /// <summary>Sizes and objects of all images, those that cannot be read included.</summary>
    public IReadOnlyList<ImageLabels> Labels => _source.Labels;

    /// <summary>The images that cannot be read, as far as they are known.</summary>
    public SkippedImages Skipped { get; }

    /// <summary>The image of an index, or the next one in the order of indices, and behind the last the first, that can be read.</summary>
    /// <exception cref="InvalidDataException">There are too many that cannot be read, or there is no other one.</exception>
    public TrainingImage Load(int index)
    {
        int count = Labels.Count;
        for (int tried = 0; tried < count; tried++)
        {
            if (TryLoad((int)(((long)index + tried) % count)) is { } image)
                return image;
        }
        throw new InvalidDataException($"None of the {count} images can be read.");
    }

    /// <summary>The image of an index; null where it cannot be read. It is tried once.</summary>
    /// <exception cref="InvalidDataException">There are too many that cannot be read.</exception>
    public TrainingImage? TryLoad(int index)
    {
        if (Skipped.Contains(index))
            return null;
        try
        {
            return _source.Load(index);
        }
        catch (Exception error) when (Skipped.CanSkip(error))
        {
            Skipped.Add(index, error);
            return null;
        }
    }
}
