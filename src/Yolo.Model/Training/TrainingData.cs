using Yolo.Model.Training.Images;

namespace Yolo.Model.Training;

/// <summary>The images of a run.</summary>
/// <param name="Images">Those that are trained on.</param>
/// <param name="Validation">Those that are validated with; null: none.</param>
internal sealed record TrainingData(ReadableImages Images, ReadableImages? Validation)
{
    /// <summary>Checks that there are images, and that a network knows their classes.</summary>
    /// <exception cref="ArgumentException">There is no image, or a class index is out of range.</exception>
    public void Check(int classes)
    {
        Check(Images.Labels, classes, "image");
        if (Validation is not null)
            Check(Validation.Labels, classes, "validation image");
    }

    private static void Check(IReadOnlyList<ImageLabels> images, int classes, string what)
    {
        if (images.Count == 0)
            throw new ArgumentException($"There is no {what}.", nameof(images));
        for (int i = 0; i < images.Count; i++)
        {
            foreach (var truth in images[i].Objects)
            {
                if (truth.ClassIndex < 0 || truth.ClassIndex >= classes)
                    throw new ArgumentException($"{char.ToUpperInvariant(what[0])}{what[1..]} {i} has an object of class {truth.ClassIndex}; the network has {classes} classes.", nameof(images));
            }
        }
    }
}
