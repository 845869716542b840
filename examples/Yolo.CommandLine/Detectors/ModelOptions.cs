using System.CommandLine;
using Yolo.Model.Weights;

namespace Yolo.CommandLine.Detectors;

/// <summary>The options by which a command is given a trained model.</summary>
internal sealed class ModelOptions
{
    /// <summary>The model.</summary>
    public Option<string> Model { get; } = new("--model", "-m")
    {
        Description = "Trained model: ML.NET's model.zip; Darknet's .weights, whose .cfg and .names lie beside it under the same name; or a training's folder of checkpoints.",
        HelpName = "file",
        Required = true,
    };

    /// <summary>The network of Darknet's weights.</summary>
    public Option<string?> Config { get; } = new("--cfg")
    {
        Description = "Network of a .weights file. [default: the .cfg beside it]",
        HelpName = "file",
    };

    /// <summary>The class names of Darknet's weights.</summary>
    public Option<string?> Names { get; } = new("--names")
    {
        Description = "Class names of a .weights file, one a line. [default: the .names beside it]",
        HelpName = "file",
    };

    /// <summary>All of them, for <c>WithOptions</c>.</summary>
    public Option[] All => [Model, Config, Names];

    /// <summary>Reads the model.</summary>
    /// <exception cref="IOException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is malformed or holds no detector.</exception>
    public DetectorModel Load(ParseResult parsed) => ModelFile.Load(parsed.GetRequiredValue(Model), parsed.GetValue(Config), parsed.GetValue(Names));
}
