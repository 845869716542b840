using System.CommandLine;
using Microsoft.ML;
using Quickstart;
using Yolo.CommandLine.Data;
using Yolo.CommandLine.Detectors;
using Yolo.CommandLine.Output;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Trainers;
using Yolo.Model.Processes.Mpi;

namespace Yolo.CommandLine.Commands;

/// <summary><c>train</c>: a detector from labelled images.</summary>
internal sealed class TrainCommand(Terminal terminal)
{
    private readonly DataOptions _data = new();
    private readonly NetworkOptions _network = new();
    private readonly RecipeOptions _recipe = new();

    private readonly Option<string?> _trainSet = new("--train-set") { Description = "Image set to train on. [default: trainval if there is one, else train, else all images]", HelpName = "set" };

    private readonly Option<string?> _validationSet = new("--val-set")
    {
        Description = "Image set to validate with after every epoch; the best weights are kept. [default: val, if train is trained on]",
        HelpName = "set",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder for model.zip, loss.png, metrics.csv, pictures and checkpoints, which go once the model is saved.",
        HelpName = "folder",
        DefaultValueFactory = _ => Path.Combine("runs", "train"),
    };

    private readonly Option<bool> _tensorBoard = new("--tensorboard")
    {
        Description = "Write event files for TensorBoard, too, into the folder tensorboard of --output.",
    };

    private readonly Option<bool> _resume = new("--resume", "-r")
    {
        Description = "Go on with a training that was stopped or crashed, from its newest checkpoint; the other options must be the same.",
    };

    private readonly Option<bool> _distributed = new("--distributed")
    {
        Description = "Train together with the other processes that mpirun has started. --batch counts the images of each process; --gpu is the device of each by its number on its machine.",
    };

    private readonly Option<bool> _synchronized = new("--synchronized-batch-norm")
    {
        Description = "With --distributed: batch norm takes the statistics of the images of all processes.",
    };

    private readonly Option<bool> _halfGradients = new("--bfloat16-gradients")
    {
        Description = "With --distributed: gradients travel in 16 bits.",
    };

    private readonly Option<int?> _gpu = OptionKinds.AtLeast("--gpu", 0, "CUDA device to train on. [default: the CPU]");

    /// <summary>The command.</summary>
    public Command Create() => new Command("train", "Trains a detector on labelled images and saves it. Ctrl+C leaves a checkpoint; --resume goes on from it.")
        .WithOptions([
            .. _data.All, _trainSet, _validationSet, _network.Network, _network.Size, .. _recipe.All, _output, _tensorBoard, _resume, _gpu,
            _distributed, _synchronized, _halfGradients,
        ])
        .WithExamples(
            "yolo-mlnet train --data BCCD                                              # runs/train/model.zip",
            "yolo-mlnet train --data BCCD --epochs 20 --patience 5 --train-set train --val-set val",
            "yolo-mlnet train --data VOCdevkit/VOC2012 --network yolov2-voc --weights darknet19_448.conv.23 --freeze 18",
            "yolo-mlnet train --data raccoon --weights resnet18                        # few images: a network that knows ImageNet",
            "mpirun -n 4 --hostfile hosts yolo-mlnet train --data /shared/VOC2012 --network yolov2-voc --distributed",
            "yolo-mlnet train --data BCCD --resume                                     # after Ctrl+C or a crash")
        .WithAction(terminal, Run, parsed => CheckpointsOf(parsed).WayOn());

    private Checkpoints CheckpointsOf(ParseResult parsed) => new(new(Path.Combine(parsed.GetRequiredValue(_output), "checkpoints")));

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        if (!parsed.GetValue(_distributed))
            return Train(parsed, terminal, null, cancellation);
        using var group = MpiProcessGroup.Start(terminal.Error);
        bool isLeader = group.Rank == 0;
        try
        {
            return Train(parsed, isLeader ? terminal : Terminal.Silent(), group, cancellation);
        }
        catch (OperationCanceledException) when (!isLeader)
        {
            return ExitCodes.Cancelled;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Otherwise the other processes would wait for this one.
            group.Fail(exception.Message);
            throw;
        }
    }

    /// <summary>Trains, alone or together with others; the first process alone writes and shows anything.</summary>
    private int Train(ParseResult parsed, Terminal terminal, MpiProcessGroup? group, CancellationToken cancellation)
    {
        var network = _recipe.NetworkFor(parsed) is { } fitting ? _network.Get(parsed, fitting) : _network.Get(parsed);
        string output = parsed.GetRequiredValue(_output);
        bool resume = parsed.GetValue(_resume);
        var checkpoints = CheckpointsOf(parsed);
        if (!resume)
            checkpoints.RequireNone();
        var options = _recipe.Get(parsed, network);

        var source = _data.Open(parsed);
        string? trainSet = DataOptions.TrainSet(source, parsed.GetValue(_trainSet), "--train-set");
        string? validationSet = DataOptions.ValidationSet(source, parsed.GetValue(_validationSet), trainSet, "--val-set");
        var ml = terminal.CreateContext(options.Seed);
        var loading = _data.Get(parsed, cancellation);
        var train = source.Load(ml, trainSet, loading, terminal);
        var validation = validationSet is null ? null : source.Load(ml, validationSet, loading, terminal);

        bool isLeader = group is null or { Rank: 0 };
        if (isLeader)
            Directory.CreateDirectory(output);
        string modelPath = Path.Combine(output, "model.zip"), curve = Path.Combine(output, "loss.png");
        string metrics = Path.Combine(output, "metrics.csv"), pictures = Path.Combine(output, "pictures");
        terminal.Heading("Training");
        using var model = TrainingProgressView.Run(terminal.Ansi, progress => ml.ObjectDetection.Trainers.YoloV2(options with
        {
            GpuDeviceId = parsed.GetValue(_gpu) is { } device ? group is null ? device : MpiProcessGroup.LocalRank ?? device : null,
            Distributed = group,
            SynchronizedBatchNorm = parsed.GetValue(_synchronized),
            ExchangeInBFloat16 = parsed.GetValue(_halfGradients),
            ValidationData = validation,
            MetricsFile = metrics,
            PicturesFolder = pictures,
            TensorBoardFolder = parsed.GetValue(_tensorBoard) ? Path.Combine(output, "tensorboard") : null,
            Checkpoints = new(Path.Combine(output, "checkpoints")) { Resume = resume, Warning = terminal.Warning, Resumed = file => terminal.Line($"Going on from {file}") },
            Started = new Synchronous<TrainingSummary>(summary =>
            {
                terminal.Line(summary.ToString());
                if (CellAdvice.For(network, summary.Anchors) is { } advice)
                    terminal.Warning(advice);
            }),
            Progress = progress,
            CancellationToken = cancellation,
        }).Fit(train), epochs => LossCurve.Save(curve, epochs));
        if (!isLeader)
            return ExitCodes.Success;

        ml.Model.SaveAtomic(model, train.Schema, modelPath);
        checkpoints.Clear();
        terminal.Heading("Written");
        terminal.Line($"model    {modelPath}");
        terminal.Line($"losses   {curve}, {metrics}");
        if (Directory.Exists(pictures))
            terminal.Line($"pictures {pictures}");
        terminal.Line($"Next: yolo-mlnet val --model {modelPath} --data {source.Path}");
        return ExitCodes.Success;
    }
}
