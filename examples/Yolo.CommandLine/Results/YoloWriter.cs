using System.Text;
using Yolo.Model.Data.Yolo;
using Yolo.Model.Files;
using Yolo.Model.Inference;

namespace Yolo.CommandLine.Results;

/// <summary>YOLO's label files, one an image, and <c>classes.txt</c>, as labels to be corrected in a labelling program. The scores are left out.</summary>
internal sealed class YoloWriter(string folder, IReadOnlyList<string> classNames, OutputNames names) : IResultWriter
{
    public void Add(FileDetections image) => YoloLabels.Write(
        Path.Combine(folder, names[image.Path] + ".txt"), image.Width, image.Height, image.Detections.Select(item => (item.ClassIndex, item.Box)));

    public void Complete() => AtomicFile.Write(Path.Combine(folder, "classes.txt"), stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(classNames.Select(name => name + '\n')))));
}
