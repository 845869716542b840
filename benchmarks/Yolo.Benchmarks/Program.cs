// Tables of where time and memory go: benchmarks/README.md says what each mode compares and how.
using System.Globalization;
using BenchmarkDotNet.Running;
using Yolo.Benchmarks;
using Yolo.Benchmarks.Soak;

const int Threads = 2;
switch (args)
{
    case [] or ["table"]:
        Machine.Print(Threads);
        PartTimes.Print();
        DetectionTimes.Print("yolov2-tiny-voc", Threads, rounds: 10);
        DetectionTimes.Print("yolov2-voc", Threads, rounds: 3);
        return 0;
    case ["detect", .. var rest] when rest.Length <= 2:
        Machine.Print(Threads);
        DetectionTimes.Print(rest.ElementAtOrDefault(0) ?? "yolov2-voc", Threads, Number(rest, 1, 20));
        return 0;
    case ["folder", .. var rest] when rest.Length <= 2:
        Machine.Print(Threads);
        FolderTimes.Print(rest.ElementAtOrDefault(0) ?? "yolov2-voc", rest.ElementAtOrDefault(1), Threads);
        return 0;
    case ["load"]:
        Machine.Print(Threads);
        LoadTimes.Print(Threads);
        return 0;
    case [LoadTimes.OnceMode, string way, string files]:
        LoadTimes.PrintOnce(way, files, Threads);
        return 0;
    case [PlainTorch.Mode, string network]:
        PlainTorch.PrintOnce(network, Threads);
        return 0;
    case ["memory", .. var rest] when rest.Length <= 1:
        MemoryUse.Print(Number(rest, 0, 10_000));
        return 0;
    case ["soak", .. var rest] when rest.Length <= 3:
        Machine.Print(threads: 1);
        return ConcurrentUse.Print(
            RandomModel.Create(NetworkName.Resolve(rest.ElementAtOrDefault(2) ?? "yolov2-tiny-voc@160")), Number(rest, 1, 32), TimeSpan.FromMinutes(Number(rest, 0, 5))) ? 0 : 1;
    case ["soak-load", .. var rest] when rest.Length <= 3:
        using (var soak = new LoadCycles(RandomModel.Create(NetworkName.Resolve(rest.ElementAtOrDefault(1) ?? "yolov2-tiny-voc@160"))))
            return soak.Print(Number(rest, 0, 2000), rest.ElementAtOrDefault(2) ?? "all") ? 0 : 1;
    case ["web", .. var rest] when rest.Length <= 2:
        Machine.Print(threads: 1);
        WebTimes.Print(rest.ElementAtOrDefault(0) ?? "yolov2-tiny-voc", Number(rest, 1, 6));
        return 0;
    case ["int8", string model, string folder, .. var rest] when rest.Length <= 1:
        Int8Accuracy.Print(model, folder, Number(rest, 0, 200));
        return 0;
    case ["training", string folder, .. var rest] when rest.Length <= 2:
        Machine.Print(Threads);
        TrainingTimes.Print(folder, rest.ElementAtOrDefault(0) ?? "yolov2-tiny-voc", Number(rest, 1, 6));
        return 0;
    case [TrainingOnce.Mode, string way, string folder, string network, string steps]:
        TrainingOnce.Print(Enum.Parse<TrainingWay>(way), folder, network, int.Parse(steps, CultureInfo.InvariantCulture), Threads);
        return 0;
    case [DistributedTimes.Mode, string folder, .. var rest] when rest.Length <= 2:
        DistributedTimes.Print(folder, rest.ElementAtOrDefault(0) ?? "yolov2-tiny-voc", Number(rest, 1, 6));
        return 0;
    case ["recipes", string folder, string results, string network, string epochs, string seeds, .. var recipes] when recipes.Length > 0:
        // A folder may be followed by a colon and how many of its images are trained on.
        var (data, images) = folder.Split(':') is [var path, var count] ? (path, (int?)int.Parse(count, CultureInfo.InvariantCulture)) : (folder, null);
        new RecipeRuns(data, results).Run(network, epochs == "auto" ? null : int.Parse(epochs, CultureInfo.InvariantCulture), seeds, recipes, images);
        return 0;
    case ["bdn", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(Machine).Assembly).Run(rest);
        return 0;
    default:
        Console.Error.WriteLine("""
            table                          everything that matters in three to four minutes; the default
            detect [network] [rounds]      Detect beside its peers; yolov2-voc, 20 rounds
            folder [network] [images]      a folder of JPEGs end to end; 500 drawn ones
            load                           from files to the first detection
            web [network] [images]         uploads to examples/Yolo.Web beside the detector; yolov2-tiny-voc, 8 images a caller
            int8 <model.zip> <VOC folder> [images]
                                           average precision in float and in eight-bit integers, calibrated on 200 images
            memory [predictions]           resident memory; 10000 predictions
            soak [minutes] [threads] [network[@size]]
                                           threads on one model, results compared bit for bit; 5 minutes, 32 threads, yolov2-tiny-voc@160
            soak-load [cycles] [network[@size]] [detector | torch | model]
                                           what stays of a model that is loaded, used and disposed; 2000 cycles each
            training <VOC folder> [network] [steps]
                                           a training step beside a plain TorchSharp loop; yolov2-tiny-voc, 6 steps
            distributed <VOC folder> [network] [steps]
                                           under mpirun: training steps of all processes, and the exchange of gradients alone
            recipes <VOC folder[:images]> <results.csv> <network[@size]> <epochs | auto> <seed,seed,...> <recipe> ...
                                           what recipes of training reach on the test set
            bdn [BenchmarkDotNet's own arguments]
            """);
        return 2;
}

static int Number(string[] values, int index, int otherwise) =>
    index < values.Length ? int.Parse(values[index], CultureInfo.InvariantCulture) : otherwise;
