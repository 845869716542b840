using Yolo.Model.Data;
using Yolo.Model.Data.Voc;
using Yolo.Model.Inference;

namespace Yolo.CommandLine.Results;

/// <summary>Pascal VOC's annotation files, one an image, as labels to be corrected in a labelling program. The scores are left out.</summary>
internal sealed class VocWriter(string folder, IReadOnlyList<string> classNames, OutputNames names) : IResultWriter
{
    public void Add(FileDetections image) => VocAnnotationWriter.Write(
        Path.Combine(folder, names[image.Path] + ".xml"), Path.GetFileName(image.Path), image.Width, image.Height,
        image.Detections.Select(item => new LabelledObject(classNames[item.ClassIndex], item.Box, Difficult: false)));

    public void Complete()
    {
    }
}
