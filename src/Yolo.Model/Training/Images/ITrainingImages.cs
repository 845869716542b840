namespace Yolo.Model.Training.Images;

/// <summary>Images to train on, wherever their pixels are kept. Safe to use from several threads.</summary>
internal interface ITrainingImages
{
    /// <summary>Sizes and objects of all images, in the order of their indices; known without their pixels.</summary>
    IReadOnlyList<ImageLabels> Labels { get; }

    /// <summary>The image of an index. It costs the same for every index.</summary>
    TrainingImage Load(int index);
}
