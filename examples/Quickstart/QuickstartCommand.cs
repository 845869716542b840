using System.CommandLine;
using System.CommandLine.Parsing;
using Yolo.Model.Network;

namespace Quickstart;

/// <summary>The command line: its options, their defaults and what is wrong with them.</summary>
internal sealed class QuickstartCommand
{
    private const int ShapesEpochs = 68;
    private const int ShapesBatch = 4;
    private const int DataBatch = 4;
    private const double ShapesLearningRate = 2e-3;
    private const double DataLearningRate = 1e-3;

    private readonly Option<DirectoryInfo> _data = new("--data", "-d")
    {
        Description = "Folder of a data set in Pascal VOC's layout (Annotations, JPEGImages, ImageSets/Main). [default: a small one of shapes is drawn]",
        HelpName = "folder",
    };

    private readonly Option<string?> _network = new("--network", "-n")
    {
        Description = $"Network to train: {string.Join(", ", Networks.Names)}, or the path of a Darknet .cfg. [default: {Networks.ResNet18}, from weights trained on ImageNet; shapes without --data]",
        HelpName = "name or .cfg",
    };

    private readonly Option<(int Width, int Height)?> _size = OptionKinds.Size();

    private readonly Option<int?> _epochs = OptionKinds.AtLeast("--epochs", 1, $"Passes over the training images. [default: as many as 800 steps need, at least 20; 80 from random weights; {ShapesEpochs} without --data]", "-e");
    private readonly Option<int?> _batch = OptionKinds.AtLeast("--batch", 1, $"Images per training step. [default: {DataBatch}; {ShapesBatch} without --data]", "-b");
    private readonly Option<int?> _anchors = OptionKinds.AtLeast("--anchors", 1, "Anchors to cluster from the training boxes. [default: 5]");
    private readonly Option<int?> _gpu = OptionKinds.AtLeast("--gpu", 0, "CUDA device to train on. [default: the CPU]");
    private readonly Option<int?> _seed = OptionKinds.AtLeast("--seed", 0, "Seed of everything that is drawn: shapes, anchors, weights, order. [default: 1]");

    private readonly Option<string?> _trainSet = new("--train-set")
    {
        Description = "Image set to train on. [default: trainval if there is one, else train]",
        HelpName = "set",
    };

    private readonly Option<string?> _testSet = new("--test-set")
    {
        Description = "Image set to evaluate on. [default: test if there is one, else val]",
        HelpName = "set",
    };

    private readonly Option<string?> _validationSet = new("--val-set")
    {
        Description = "Image set to validate with after every epoch; the best weights are kept. [default: val, if train is trained on and test tested with]",
        HelpName = "set",
    };

    private readonly Option<int?> _patience = OptionKinds.AtLeast("--patience", 0, "Validations in a row without a better one after which the training stops; 0 never does. [default: 0]");

    private readonly Option<DirectoryInfo> _output = new("--output", "-o")
    {
        Description = "Folder for the pictures.",
        HelpName = "folder",
        DefaultValueFactory = _ => new DirectoryInfo("quickstart-output"),
    };

    private readonly Option<FileInfo> _model = new("--model", "-m")
    {
        Description = "Where the trained model goes. [default: model.zip in the output folder]",
        HelpName = "file",
    };

    private readonly Option<DirectoryInfo> _checkpoints = new("--checkpoints")
    {
        Description = "Folder for the checkpoints of the training, deleted once the model is saved. [default: checkpoints in the output folder]",
        HelpName = "folder",
    };

    private readonly Option<bool> _resume = new("--resume", "-r")
    {
        Description = "Go on with a training that was stopped or crashed, from its newest checkpoint; the other options must be the same.",
    };

    /// <summary>The command, which calls <paramref name="run"/> when its options are valid.</summary>
    public RootCommand Create(Func<QuickstartOptions, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand(
            "Trains a YOLOv2 detector through ML.NET, evaluates it, saves and loads it, and detects: on a data set of drawn shapes, or with --data on yours.");
        foreach (var option in (Option[])[_data, _network, _size, _epochs, _batch, _anchors, _trainSet, _testSet, _validationSet, _patience, _model, _output, _checkpoints, _resume, _gpu, _seed])
            command.Options.Add(option);
        _data.AcceptExistingOnly();
        command.Validators.Add(result =>
        {
            if (result.Children.Any(child => child.Errors.Any()))
                return;
            try
            {
                FindNetwork(result);
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or InvalidOperationException or ArgumentException or NotSupportedException)
            {
                result.AddError(exception.Message);
            }
        });
        command.SetAction((parsed, cancellation) => run(Bind(parsed.CommandResult), cancellation));
        return command;
    }

    private QuickstartOptions Bind(CommandResult result)
    {
        var data = result.GetValue(_data);
        var output = result.GetRequiredValue(_output);
        return new()
        {
            Data = data,
            Network = FindNetwork(result),
            InitialWeights = Networks.WeightsOf(NetworkName(result)),
            Epochs = result.GetValue(_epochs) ?? (data is null ? ShapesEpochs : null),
            BatchSize = result.GetValue(_batch) ?? (data is null ? ShapesBatch : DataBatch),
            LearningRate = data is null ? ShapesLearningRate : DataLearningRate,
            Anchors = result.GetValue(_anchors) ?? 5,
            TrainSet = result.GetValue(_trainSet),
            TestSet = result.GetValue(_testSet),
            ValidationSet = result.GetValue(_validationSet),
            Patience = result.GetValue(_patience) ?? 0,
            Model = result.GetValue(_model) ?? new(Path.Combine(output.FullName, "model.zip")),
            Output = output,
            Checkpoints = result.GetValue(_checkpoints) ?? new(Path.Combine(output.FullName, "checkpoints")),
            Resume = result.GetValue(_resume),
            Gpu = result.GetValue(_gpu),
            Seed = result.GetValue(_seed) ?? 1,
        };
    }

    private string NetworkName(CommandResult result) => result.GetValue(_network) ?? (result.GetValue(_data) is null ? Networks.Shapes : Networks.ResNet18);

    private NetworkDefinition FindNetwork(CommandResult result)
    {
        var network = Networks.Find(NetworkName(result));
        _ = network.Region;
        return result.GetValue(_size) is { } size ? network.WithInputSize(size.Width, size.Height) : network;
    }
}
