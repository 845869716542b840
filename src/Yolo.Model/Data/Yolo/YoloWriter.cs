using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Yolo.Model.Files;

namespace Yolo.Model.Data.Yolo;

/// <summary>Writes YOLO's label files in Ultralytics' layout: <c>images/SET/NAME.jpg</c>, <c>labels/SET/NAME.txt</c> and <c>data.yaml</c>.
/// An image without objects has an empty label file.</summary>
internal sealed partial class YoloWriter(string folder, IReadOnlyList<string> classNames, ImageTransfer transfer, Action<string>? warn)
    : DatasetWriter(folder, classNames, transfer, warn)
{
    /// <summary>The keys that a description has for sets.</summary>
    private static readonly string[] s_keys = ["train", "val", "test"];

    private readonly Dictionary<string, (string Set, UniqueNames Names)> _sets = new(StringComparer.Ordinal);

    private protected override (bool Crowds, bool Difficult) Flags => (false, false);

    private protected override bool StatesSize => false;

    private protected override void Declare(string set)
    {
        if (KeyOf(set) is not { } key)
            throw new ArgumentException($"Expected a set whose name begins with train, val or test, as data.yaml has them; found '{set}'.",
                nameof(set));
        if (!_sets.TryAdd(key, (set, new())))
            throw new ArgumentException($"Expected one set for {key}, as data.yaml has it; found '{_sets[key].Set}' and '{set}'.",
                nameof(set));
    }

    private protected override void Write(LabelledImage image, string set)
    {
        string key = KeyOf(set)!;
        string name = _sets[key].Names.Take(image.Path, name => name);
        Transfer(image.Path, PathOf("images", key, name + Path.GetExtension(image.Path)));
        var objects = image.Objects.Select(item => (IndexOf(item.ClassName), item.Box));
        YoloLabels.Write(PathOf("labels", key, name + ".txt"), image.Width, image.Height, objects, flushToDisk: false);
    }

    private protected override void WriteSets()
    {
        var yaml = new StringBuilder();
        foreach (string key in s_keys.Where(_sets.ContainsKey))
        {
            Directory.CreateDirectory(Path.Combine(Folder, "images", key));
            yaml.Append(CultureInfo.InvariantCulture, $"{key}: images/{key}\n");
        }
        yaml.Append(CultureInfo.InvariantCulture, $"nc: {ClassNames.Count}\nnames:\n");
        for (int i = 0; i < ClassNames.Count; i++)
            yaml.Append(CultureInfo.InvariantCulture, $"  {i}: {Scalar(ClassNames[i])}\n");
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(yaml.ToString());
        AtomicFile.Write(PathOf("data.yaml"), stream => stream.Write(bytes));
    }

    private static string? KeyOf(string set) => Array.Find(s_keys, key => set.StartsWith(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>A text as YAML has it: plain where that can mean nothing else, in every version; else in double quotes.</summary>
    private static string Scalar(string text)
    {
        if (PlainText().IsMatch(text) && !OtherMeaning().IsMatch(text))
            return text;
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' =>
                    string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => c.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]*( [A-Za-z0-9_-]+)*\z")]
    private static partial Regex PlainText();

    [GeneratedRegex(@"\A(null|true|false|yes|no|on|off|y|n)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherMeaning();
}
