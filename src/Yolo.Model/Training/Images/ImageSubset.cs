
namespace Yolo.Model.Training.Images;

/// <summary>Some of the images of another set.</summary>
internal sealed class ImageSubset(ITrainingImages source, IReadOnlyList<int> indices) : ITrainingImages
{
    public IReadOnlyList<ImageLabels> Labels { get; } = [.. indices.Select(index => source.Labels[index])];

    public TrainingImage Load(int index) => source.Load(indices[index]);

    /// <summary>Draws a fraction of the images, at least one, and leaves at least one; both parts keep the order of the set.</summary>
    /// <param name="source">Two images or more.</param>
    /// <param name="fraction">Above 0 and below 1.</param>
    /// <param name="seed">Which ones.</param>
    public static (ImageSubset Remaining, ImageSubset Drawn) Split(ITrainingImages source, double fraction, int seed)
    {
        int count = Math.Clamp((int)Math.Round(fraction * source.Labels.Count), 1, source.Labels.Count - 1);
        int[] order = SeedSequence.Permutation(source.Labels.Count, seed);
        return (new(source, [.. order[count..].Order()]), new(source, [.. order[..count].Order()]));
    }
}
