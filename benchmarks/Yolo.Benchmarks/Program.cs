// Plain tables of where time and memory go. On a quiet machine, from the repository's root:
//   dotnet run -c Release --project benchmarks/Yolo.Benchmarks -- detect [threads, default 2] [rounds, default 30]
//   dotnet run -c Release --project benchmarks/Yolo.Benchmarks -- training <VOC folder> [steps, default 20]
//   dotnet run -c Release --project benchmarks/Yolo.Benchmarks -- memory
using System.Globalization;
using Yolo.Benchmarks;
using Yolo.Model.Network;

switch (args)
{
    case ["training", string folder, .. var rest]:
        TrainingTimes.Print(folder, Number(rest, 0, 20));
        return 0;
    case ["memory"]:
        MemoryUse.Print();
        return 0;
    case [] or ["detect", ..]:
        int threads = Number(args, 1, 2), rounds = Number(args, 2, 30);
        Console.WriteLine($"Medians of {rounds} rounds in milliseconds, {threads} threads, a 640 x 480 image, random weights; the columns of a row are timed in turn.");
        Console.WriteLine();
        Console.WriteLine("| network | preprocess | forward | decode + NMS | Detect | bare session | Detect / bare |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        DetectionTimes.Print("yolov2-tiny-voc", YoloV2Network.TinyVoc, threads, rounds);
        DetectionTimes.Print("yolov2-voc", YoloV2Network.Voc, threads, rounds);
        return 0;
    default:
        Console.Error.WriteLine("detect [threads] [rounds] | training <VOC folder> [steps] | memory");
        return 2;
}

static int Number(string[] values, int index, int otherwise) =>
    index < values.Length ? int.Parse(values[index], CultureInfo.InvariantCulture) : otherwise;
