using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data.Check;

/// <summary>Finds images without labels and labels without an image.</summary>
internal static class DatasetOrphans
{
    /// <summary>Of a VOC data set: images that no annotation belongs to.</summary>
    public static void FindInVoc(string folder, IReadOnlyList<LabelledImage> images, FlawSink flaws)
    {
        string annotations = Path.Combine(folder, VocDataset.AnnotationsFolder), imageFolder = Path.Combine(folder, VocDataset.ImagesFolder);
        HashSet<string> used = [.. images.Select(image => image.Path)];
        foreach (string image in ImageFile.InFolder(imageFolder))
        {
            string annotation = Path.Combine(annotations, Path.GetFileNameWithoutExtension(image) + ".xml");
            if (!used.Contains(image) && !File.Exists(annotation))
                flaws.Warn($"{image}: expected its annotation at {annotation}, found none; the image is not used.");
        }
    }

    /// <summary>Of a data set with YOLO's label files: those in folders of labels that no image belongs to.</summary>
    public static void FindInYolo(IReadOnlyList<LabelledImage> images, FlawSink flaws)
    {
        HashSet<string> used = [.. images.Select(image => YoloPaths.LabelOf(image.Path))];
        foreach (string folder in used.Select(label => Path.GetDirectoryName(label)!).Distinct().Where(Directory.Exists).Order(StringComparer.Ordinal))
        {
            // Where labels lie beside their images, other texts may, too.
            if (images.Any(image => Path.GetDirectoryName(image.Path) == folder))
                continue;
            foreach (string label in Directory.EnumerateFiles(folder, "*.txt").Where(label => !used.Contains(label) && Path.GetFileName(label) != "classes.txt").Order(StringComparer.Ordinal))
                flaws.Warn($"{label}: no image belongs to these labels.");
        }
    }
}
