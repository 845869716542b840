namespace Yolo.Model.Data.Voc;

/// <summary>Finds the images of a VOC data set by id, whatever the case of their extension.</summary>
internal sealed class VocImageFolder(string folder)
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    private readonly Lazy<Dictionary<string, string>> _byName = new(() =>
    {
        var files = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            files.TryAdd(Path.GetFileName(path), path);
        return files;
    });

    /// <summary>The path of an image, or null. The id decides; the annotation's file name gives the extension, and the name where no file bears the id.</summary>
    internal string? Find(string id, string? fileName)
    {
        string? named = fileName?[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        string? extension = Path.GetExtension(named);
        if (!string.IsNullOrEmpty(extension) && Locate(id + extension) is { } path)
            return path;
        foreach (string probe in Extensions)
        {
            if (Locate(id + probe) is { } found)
                return found;
        }
        return string.IsNullOrEmpty(named) ? null : Locate(named);
    }

    /// <summary>What messages say about an image that is not there.</summary>
    internal string Expected(string id) => $"{Path.Combine(folder, id)}{string.Join(" or ", Extensions)}";

    private string? Locate(string name)
    {
        string exact = Path.Combine(folder, name);
        return File.Exists(exact) ? exact : _byName.Value.GetValueOrDefault(name);
    }
}
