using System.CommandLine;

namespace Yolo.CommandLine.Data;

/// <summary>The options by which a command is given a data set.</summary>
internal sealed class DataOptions
{
    /// <summary>The data set.</summary>
    public Option<string> Data { get; } = new("--data", "-d")
    {
        Description = "Data set: a folder in Pascal VOC's layout (Annotations, JPEGImages, ImageSets/Main).",
        HelpName = "folder",
        Required = true,
    };

    /// <summary>Its format.</summary>
    public Option<string?> Format { get; } = new("--format")
    {
        Description = "Format of the data set. [default: found out]",
        HelpName = string.Join("|", DataSource.Formats),
    };

    /// <summary>Opens the data set.</summary>
    public DataSource Open(ParseResult parsed) => DataSource.Open(parsed.GetRequiredValue(Data), parsed.GetValue(Format));

    /// <summary>Both, for <c>WithOptions</c>.</summary>
    public Option[] All
    {
        get
        {
            Format.AcceptOnlyFromAmong(DataSource.Formats);
            return [Data, Format];
        }
    }
}
