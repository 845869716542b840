using Yolo.Model.Files;

namespace Yolo.Model.Data.Voc;

/// <summary>Writes Pascal VOC's layout: <c>JPEGImages/ID.jpg</c>, <c>Annotations/ID.xml</c> and lists of ids,
/// <c>ImageSets/Main/SET.txt</c>. White space in names becomes <c>_</c>, because the lists separate their columns by it.</summary>
internal sealed class VocWriter(string folder, IReadOnlyList<string> classNames, ImageTransfer transfer, Action<string>? warn)
    : DatasetWriter(folder, classNames, transfer, warn)
{
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _sets = new(StringComparer.Ordinal);
    private readonly UniqueNames _names = new();

    private protected override (bool Crowds, bool Difficult) Flags => (false, true);

    private protected override bool StatesSize => true;

    private protected override void Declare(string set) => _sets.Add(set, []);

    private protected override void Write(LabelledImage image, string set)
    {
        if (!_ids.TryGetValue(image.Path, out string? id))
        {
            id = _names.Take(image.Path, name => string.Concat(name.Select(c => char.IsWhiteSpace(c) ? '_' : c)));
            string file = id + Path.GetExtension(image.Path);
            Transfer(image.Path, PathOf("JPEGImages", file));
            VocAnnotationWriter.Write(PathOf("Annotations", id + ".xml"), file, image.Width, image.Height, image.Objects, flushToDisk: false);
            _ids.Add(image.Path, id);
        }
        _sets[set].Add(id);
    }

    private protected override void WriteSets()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "Annotations"));
        Directory.CreateDirectory(Path.Combine(Folder, "JPEGImages"));
        foreach (var (set, ids) in _sets)
        {
            byte[] lines = System.Text.Encoding.UTF8.GetBytes(string.Concat(ids.Select(id => id + '\n')));
            AtomicFile.Write(PathOf("ImageSets", "Main", set + ".txt"), stream => stream.Write(lines));
        }
    }
}
