using SkiaSharp;
using Yolo.Model.Data.Coco;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;
using Yolo.Model.Files;
using Yolo.Model.Imaging;

namespace Yolo.Model.Data;

/// <summary>Writes a labelled data set, image by image. Readers of this library and of others find images, labels and sets where the format
/// has them.</summary>
public abstract class DatasetWriter
{
    private readonly ImageTransfer _transfer;
    private readonly Action<string>? _warn;
    private readonly Dictionary<string, int> _classes;
    private readonly HashSet<string> _sets = new(StringComparer.Ordinal);
    private int _crowds, _difficult;
    private bool _completed;

    private protected DatasetWriter(string folder, IReadOnlyList<string> classNames, ImageTransfer transfer, Action<string>? warn)
    {
        (Folder, ClassNames, _transfer, _warn) = (folder, classNames, transfer, warn);
        _classes = new(StringComparer.Ordinal);
        for (int i = 0; i < classNames.Count; i++)
        {
            if (!_classes.TryAdd(classNames[i], i))
                throw new ArgumentException($"Expected every class once, found '{classNames[i]}' twice.", nameof(classNames));
        }
    }

    /// <summary>Where it writes.</summary>
    public string Folder { get; }

    /// <summary>The classes, in the order of a model's.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Whether the format has a flag for crowds and for difficult objects.</summary>
    private protected abstract (bool Crowds, bool Difficult) Flags { get; }

    /// <summary>Whether labels state the size of their image, by which readers see in which pixels the boxes count.</summary>
    private protected abstract bool StatesSize { get; }

    /// <summary>A writer of a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="folder">Where it writes: an empty folder, or one that is made.</param>
    /// <param name="classNames">The classes, in the order of a model's. YOLO's indices and COCO's ids follow it; VOC declares no
    /// order.</param>
    /// <param name="transfer">How the image files come in. Default: as copies.</param>
    /// <param name="warn">Receives a line, at the end, for each kind of thing that the format cannot hold. Default: null, nobody
    /// does.</param>
    /// <exception cref="IOException">The folder holds something, or cannot be made.</exception>
    /// <exception cref="ArgumentException">A class is named twice, or there is no such format.</exception>
    public static DatasetWriter Create(
        DatasetFormat format, string folder, IReadOnlyList<string> classNames,
        ImageTransfer transfer = ImageTransfer.Copy, Action<string>? warn = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(classNames);
        Argument.Defined(transfer, nameof(transfer));
        DatasetWriter writer = Argument.Defined(format, nameof(format)) switch
        {
            DatasetFormat.Voc => new VocWriter(folder, classNames, transfer, warn),
            DatasetFormat.Coco => new CocoWriter(folder, classNames, transfer, warn),
            _ => new YoloWriter(folder, classNames, transfer, warn),
        };
        string? found = File.Exists(folder) ? "a file"
            : Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() ? "a folder with something in it" : null;
        if (found is not null)
            throw new IOException($"{folder}: expected an empty folder, or a name that is free; found {found}.");
        Directory.CreateDirectory(folder);
        return writer;
    }

    /// <summary>Declares a set of images, which may stay empty. Nothing is written yet, so that a name that the format has not is refused
    /// early.</summary>
    /// <param name="set">Its name. YOLO has <c>train</c>, <c>val</c> and <c>test</c>; others count by their beginning, such as <c>valid</c>
    /// and <c>train2017</c>.</param>
    /// <exception cref="ArgumentException">The format has no such set.</exception>
    /// <exception cref="InvalidOperationException">The data set is complete.</exception>
    public void AddSet(string set)
    {
        ArgumentException.ThrowIfNullOrEmpty(set);
        if (_completed)
            throw new InvalidOperationException("The data set is complete; nothing can be added.");
        if (set.AsSpan().ContainsAny('/', '\\'))
            throw new ArgumentException($"Expected the name of a set, found the path '{set}'.", nameof(set));
        if (_sets.Contains(set))
            return;
        Declare(set);
        _sets.Add(set);
    }

    /// <summary>Writes an image and its labels. An image of several sets is added once for each.</summary>
    /// <param name="image">The image. Where EXIF data turn it and its boxes count in stored pixels, they are turned with it unless the
    /// format can say so.</param>
    /// <param name="set">The set of images that it belongs to, such as <c>train</c>.</param>
    /// <exception cref="ArgumentException">A class is not among those of the writer, or the format has no such set.</exception>
    /// <exception cref="IOException">The image cannot be read, or something cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The data set is complete.</exception>
    public void Add(LabelledImage image, string set)
    {
        ArgumentNullException.ThrowIfNull(image);
        AddSet(set);
        foreach (var item in image.Objects)
            IndexOf(item.ClassName);
        var written = InWrittenPixels(image);
        Write(written with { Objects = [.. written.Objects.Where(Keeps)] }, set);
    }

    /// <summary>Writes what belongs to the data set as a whole, such as its sets; nothing can be added then.</summary>
    /// <exception cref="IOException">Something cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The data set is complete already.</exception>
    public void Complete()
    {
        if (_completed)
            throw new InvalidOperationException("The data set is complete.");
        WriteSets();
        _completed = true;
        if (_crowds > 0)
            _warn?.Invoke(
                FormattableString.Invariant($"{Folder}: {_crowds:N0} crowds are left out, because the format has no flag for them."));
        if (_difficult > 0)
            _warn?.Invoke(
                FormattableString.Invariant(
                    $"{Folder}: {_difficult:N0} difficult objects are objects like others now, because the format has no flag for them."));
    }

    /// <summary>Takes note of a set that is new.</summary>
    private protected abstract void Declare(string set);

    /// <summary>Writes an image with the objects that the format keeps.</summary>
    private protected abstract void Write(LabelledImage image, string set);

    /// <summary>Writes what belongs to the data set as a whole.</summary>
    private protected abstract void WriteSets();

    /// <summary>Index of a class.</summary>
    private protected int IndexOf(string className) => _classes.TryGetValue(className, out int index)
        ? index : throw new ArgumentException($"Expected one of the classes {string.Join(", ", ClassNames)}; found '{className}'.",
            nameof(className));

    /// <summary>A path in the folder; its folders are made.</summary>
    private protected string PathOf(params ReadOnlySpan<string> parts)
    {
        string path = Path.Combine([Folder, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Brings an image file in.</summary>
    private protected void Transfer(string source, string target)
    {
        switch (_transfer)
        {
            case ImageTransfer.HardLink:
                HardLink.Create(target, ResolveLink(source));
                break;
            case ImageTransfer.SymbolicLink:
                File.CreateSymbolicLink(target, Path.GetFullPath(source));
                break;
            default:
                using (var stream = File.OpenRead(source))
                    AtomicFile.Write(target, stream.CopyTo, flushToDisk: false);
                break;
        }
    }

    private static string ResolveLink(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private bool Keeps(LabelledObject item)
    {
        if (item.Crowd && !Flags.Crowds)
        {
            _crowds++;
            return false;
        }
        if (item.Difficult && !Flags.Difficult)
            _difficult++;
        return true;
    }

    /// <summary>The image in pixels that a reader will take its boxes in: those stored where the stated size tells them from the upright
    /// ones, else the upright ones.</summary>
    private LabelledImage InWrittenPixels(LabelledImage image)
    {
        if (image.Orientation != ImageOrientation.AsStored)
            return image;
        var origin = ImageFile.ReadHeader(image.Path).Origin;
        var (width, height) = UprightBoxes.Size(image.Width, image.Height, origin);
        if (origin == SKEncodedOrigin.Default || StatesSize && (width, height) != (image.Width, image.Height))
            return image;
        return image with
        {
            Width = width,
            Height = height,
            Orientation = ImageOrientation.Upright,
            Objects = [.. image.Objects.Select(item => item with { Box = UprightBoxes.Turn(item.Box, image.Width, image.Height, origin) })],
        };
    }
}
