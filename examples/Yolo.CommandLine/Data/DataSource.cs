using Microsoft.ML;
using Quickstart;

namespace Yolo.CommandLine.Data;

/// <summary>A labelled data set on disk, whatever its format.</summary>
internal abstract class DataSource(string path)
{
    /// <summary>The formats, as <c>--format</c> names them.</summary>
    public static readonly string[] Formats = ["voc"];

    /// <summary>Folder or file.</summary>
    public string Path { get; } = path;

    /// <summary>Name of the format.</summary>
    public abstract string Format { get; }

    /// <summary>Names of the sets of images in it.</summary>
    public abstract IReadOnlyList<string> Sets { get; }

    /// <summary>The labelled images of a set; null: all of them.</summary>
    public abstract IDataView Load(MLContext ml, string? set);

    /// <summary>Opens a data set.</summary>
    /// <param name="path">Folder or file.</param>
    /// <param name="format">One of <see cref="Formats"/>; null: it is found out.</param>
    /// <exception cref="IOException">There is none.</exception>
    public static DataSource Open(string path, string? format)
    {
        if (!System.IO.Path.Exists(path))
            throw new DirectoryNotFoundException($"{path}: no such folder or file.");
        return new VocSource(path);
    }

    /// <summary>The set that is measured: the one asked for, else <c>test</c>, else <c>val</c>; null, all images, where the data set has no sets.</summary>
    public string? TestSet(string? asked, string option) => FirstOf(asked, option, "test", "val");

    /// <summary>The set that is trained on: the one asked for, else <c>trainval</c>, else <c>train</c>; null, all images, where the data set has no sets.</summary>
    public string? TrainSet(string? asked, string option) => FirstOf(asked, option, "trainval", "train");

    /// <summary>The set that is validated with: the one asked for, else <c>val</c> where <c>train</c> is trained on; null for none.</summary>
    public string? ValidationSet(string? asked, string? trained, string option) =>
        asked is not null ? FirstOf(asked, option) : trained == "train" && Sets.Contains("val") ? "val" : null;

    private string? FirstOf(string? asked, string option, params string[] usual) =>
        asked is null && Sets.Count == 0 ? null : ImageSets.FirstOf(Path, Sets, option, asked is null ? usual : [asked]);

    private sealed class VocSource(string path) : DataSource(path)
    {
        public override string Format => "voc";

        public override IReadOnlyList<string> Sets { get; } = ImageSets.InVoc(path);

        public override IDataView Load(MLContext ml, string? set) => ml.Data.LoadFromVoc(Path, set);
    }
}
