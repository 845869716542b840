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
        Description = "Data set: a folder in Pascal VOC's layout (Annotations, JPEGImages, ImageSets/Main, or XML beside the images); COCO's .json or a folder of them; YOLO's .yaml, .data or folder.",
        HelpName = "path",
        Required = true,
    };

    /// <summary>Its format.</summary>
    public Option<DatasetFormat?> Format { get; } = new("--format") { Description = "Format of the data set. [default: found out]" };

    /// <summary>The folder of its images.</summary>
    public Option<string?> Images { get; } = new("--images") { Description = "Folder that the paths of images start from. [default: looked for around the annotations]", HelpName = "folder" };

    /// <summary>Which pixels its boxes count in.</summary>
    public Option<LabelOrientation> Orientation { get; } = new("--orientation")
    {
        Description = "Pixels that boxes count in, where EXIF data turn an image: those of the stored or of the upright one. Auto: the stated size decides, else upright.",
        DefaultValueFactory = _ => LabelOrientation.Auto,
    };

    /// <summary>What is done about an image that cannot be used.</summary>
    public Option<OnError> OnError { get; } = new("--on-error")
    {
        Description = "What is done about an image or an object that cannot be used: skip it with a warning, or throw and end.", DefaultValueFactory = _ => Model.Data.OnError.Skip,
    };

    /// <summary>The share that may be skipped.</summary>
    public Option<double> MaximumSkipped { get; } = new("--max-skipped")
    {
        Description = "Share of the images or objects that may be skipped, 0 to 1; above it the command ends.", DefaultValueFactory = _ => 0.1, HelpName = "share",
    };

    /// <summary>Those that name the data set, for <c>WithOptions</c>.</summary>
    public Option[] Names => [Data, Format, Images, Orientation];

    /// <summary>All, for <c>WithOptions</c>.</summary>
    public Option[] All => [.. Names, OnError, MaximumSkipped];

    /// <summary>How the data set is read.</summary>
    public LoadOptions Get(ParseResult parsed, CancellationToken cancellation) => new()
    {
        ImageFolder = parsed.GetValue(Images), Orientation = parsed.GetValue(Orientation), CancellationToken = cancellation,
        OnError = parsed.GetValue(OnError), MaximumSkipped = parsed.GetValue(MaximumSkipped),
    };

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
