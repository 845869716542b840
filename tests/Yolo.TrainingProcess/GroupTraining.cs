using System.Globalization;
using TorchSharp;
using Yolo;
using Yolo.Model.Processes.Mpi;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

/// <summary>A training by all processes that mpirun has started. Process 0 prints a line a step and writes the weights.</summary>
internal static class GroupTraining
{
    /// <summary>Settings: <c>images, batch, epochs, parts</c> numbers; <c>weights, checkpoints</c> paths; <c>loss</c>; <c>sync, bfloat16,
    /// validate</c> 1; <c>throw, hang</c> the process that does so at image <c>at</c>; <c>patience</c> seconds.</summary>
    public static int Run(string[] arguments)
    {
        torch.set_num_threads(1);
        var settings = arguments.Select(argument => argument.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        using var group = MpiProcessGroup.Start(
            Console.Error.WriteLine, settings.TryGetValue("patience", out string? seconds) ? TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)) : null);
        using var stop = new CancellationTokenSource();
        using var registration = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        if (settings.ContainsKey("dispose"))
            return Reuse(group);
        try
        {
            Train(group, settings, stop.Token);
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Out.WriteLine($"cancelled {group.Rank}");
            return 0;
        }
        catch (Exception exception)
        {
            group.Fail(exception.Message);
            return 1;
        }
    }

    private static int Reuse(MpiProcessGroup group)
    {
        group.Dispose();
        group.Dispose();
        try
        {
            group.Barrier();
        }
        catch (ObjectDisposedException)
        {
            Console.Out.WriteLine("refused");
        }
        return 0;
    }

    private static void Train(MpiProcessGroup group, Dictionary<string, string> settings, CancellationToken cancellation)
    {
        var network = Squares.Network(batchNormalize: true);
        var images = Squares.Images(Number("images", 16));
        var options = Squares.Plain with
        {
            Epochs = Number("epochs", 2),
            BatchSize = Number("batch", 4),
            Subdivisions = Number("parts", 1),
            Loss = Enum.Parse<LossKind>(settings.GetValueOrDefault("loss", nameof(LossKind.CIoU))),
            Augmentation = new(),
            AverageDecay = 0.9,
            LearningRate = 1e-3,
            Distributed = group,
            SynchronizedBatchNorm = settings.ContainsKey("sync"),
            ExchangeInBFloat16 = settings.ContainsKey("bfloat16"),
            Checkpoints = settings.TryGetValue("checkpoints", out string? folder) ? new(folder) { Interval = TimeSpan.FromTicks(1), Keep = 2, Resume = true } : null,
            TransformImage = settings.ContainsKey("at") ? Misbehave(group.Rank, Number("throw", -1), Number("hang", -1), Number("at", 0)) : null,
        };
        var validation = settings.ContainsKey("validate") ? Squares.Images(7) : null;
        var result = new DetectorTrainer(network, options).Train(images, progress: new Lines(), validation: validation, cancellationToken: cancellation);
        if (group.Rank != 0)
            return;
        foreach (var epoch in result.History)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch} loss {epoch.Loss:R} map {epoch.Validation?.MeanAveragePrecision50:R} valloss {epoch.Validation?.Loss:R}"));
        DarknetWeightsFile.Write(settings["weights"], network, result.Weights);

        int Number(string name, int otherwise) => settings.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
    }

    private static Func<TrainingImage, int, TrainingImage> Misbehave(int rank, int thrower, int hanger, int at)
    {
        int made = 0;
        return (image, _) =>
        {
            if (Interlocked.Increment(ref made) > at)
            {
                if (rank == thrower)
                    throw new InvalidDataException("photo-17.jpg: the file is damaged.");
                if (rank == hanger)
                    Thread.Sleep(Timeout.Infinite);
            }
            return image;
        };
    }
}
