using Yolo.Model.Training.Images;

namespace Yolo.MLNet.Trainers;

/// <summary>The images of a data view.</summary>
internal interface IOpenedImages : ITrainingImages, IDisposable
{
    /// <summary>How many images memory is kept for, and the bytes that they take.</summary>
    (int Images, long Bytes) InMemory { get; }
}
