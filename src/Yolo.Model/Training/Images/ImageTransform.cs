namespace Yolo.Model.Training.Images;

/// <summary>The user's own variation of images (<see cref="TrainingOptions.TransformImage"/>), which comes before the
/// augmentation.</summary>
internal sealed class ImageTransform(TrainingOptions options)
{
    private const int TransformStream = 5;

    /// <summary>The images of an input as the user wants them; the images themselves if the options have no such function.</summary>
    /// <param name="images">The image, or those of a mosaic.</param>
    /// <param name="position">The place in the run that the image is loaded for, as the augmentation counts it.</param>
    /// <exception cref="InvalidOperationException">The function returned null.</exception>
    public IEnumerable<TrainingImage> Apply(IEnumerable<TrainingImage> images, long position)
    {
        if (options.TransformImage is not { } transform)
            return images;
        return images.Select((image, tile) =>
            transform(image.AtStoredSize(), SeedSequence.At(options.SeedOrDefault, TransformStream, Augmentation.Tiles * position + tile))
            ?? throw new InvalidOperationException($"{nameof(TrainingOptions.TransformImage)} returned null in place of an image."));
    }
}
