namespace Yolo.Model.Training.Images;

/// <summary>Training images that are all in memory.</summary>
internal sealed class TrainingImageList(IReadOnlyList<TrainingImage> images) : ITrainingImages
{
    public IReadOnlyList<ImageLabels> Labels { get; } = [.. images.Select(image => new ImageLabels(image.Width, image.Height, image.Objects))];

    public TrainingImage Load(int index) => images[index];
}
