using System.Text;

namespace Yolo.Model.Data;

/// <summary>Names for images of many folders that come to lie in one: the file's own without extension; if it is taken, with its folder's
/// name before it; then with a number after it.</summary>
/// <remarks>Labels are files beside or apart from the images that differ in the extension, so that <c>a.jpg</c> and <c>a.png</c> are one
/// name; so are names that differ in case alone, or in the Unicode form that macOS changes.</remarks>
internal sealed class UniqueNames
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes a name for a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clean">What makes a part of the path a name of the format.</param>
    public string Take(string path, Func<string, string> clean)
    {
        string own = clean(Path.GetFileNameWithoutExtension(path));
        if (TryTake(own))
            return own;
        string folder = clean(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? "");
        string stem = $"{folder}-{own}", name = stem;
        for (int i = 2; !TryTake(name); i++)
            name = FormattableString.Invariant($"{stem}-{i}");
        return name;
    }

    private bool TryTake(string name) => _taken.Add(name.IsNormalized() ? name : name.Normalize(NormalizationForm.FormC));
}
