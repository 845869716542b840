using System.CommandLine;
using Quickstart;
using Yolo.Model.Data;

namespace Yolo.CommandLine.Data;

/// <summary>The options by which a command is given a data set.</summary>
internal sealed class DataOptions
{
    private static readonly string[] s_train = ["trainval", "train"], s_test = ["test", "val", "valid"], s_validation = ["val", "valid"];

    /// <summary>The data set.</summary>
    public Option<string> Data { get; } = new("--data", "-d")
    {
        Description = "Data set: a folder in Pascal VOC's layout (Annotations, JPEGImages, ImageSets/Main); COCO's .json or a folder of them; YOLO's .yaml, .data or folder.",
        HelpName = "path",
        Required = true,
    };

    /// <summary>Its format.</summary>
    public Option<DatasetFormat?> Format { get; } = new("--format") { Description = "Format of the data set. [default: found out]" };

    /// <summary>Both, for <c>WithOptions</c>.</summary>
    public Option[] All => [Data, Format];

    /// <summary>Opens the data set.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public LabelledDataset Open(ParseResult parsed) => LabelledDataset.Open(parsed.GetRequiredValue(Data), parsed.GetValue(Format));

    /// <summary>The set that is trained on: the one asked for, else the usual one; null, all images, where the data set has no sets.</summary>
    public static string? TrainSet(LabelledDataset data, string? asked, string option) => FirstOf(data, asked, option, s_train);

    /// <summary>The set that is measured: the one asked for, else the usual one; null, all images, where the data set has no sets.</summary>
    public static string? TestSet(LabelledDataset data, string? asked, string option) => FirstOf(data, asked, option, s_test);

    /// <summary>The set that is validated with: the one asked for, else the usual one where <c>train</c> is trained on; null for none.</summary>
    public static string? ValidationSet(LabelledDataset data, string? asked, string? trained, string option) =>
        asked is not null ? FirstOf(data, asked, option, []) : trained == "train" ? Array.Find(s_validation, data.Sets.Contains) : null;

    private static string? FirstOf(LabelledDataset data, string? asked, string option, string[] usual) =>
        asked is null && data.Sets.Count == 0 ? null : ImageSets.FirstOf(data.Path, data.Sets, option, asked is null ? usual : [asked]);
}
