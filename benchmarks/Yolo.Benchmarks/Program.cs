// Prints where the time of one detection goes, beside the bare ONNX Runtime session on a ready tensor.
// dotnet run -c Release --project benchmarks/Yolo.Benchmarks [threads, default 2] [rounds, default 30]
using System.Globalization;
using Yolo.Benchmarks;
using Yolo.Model.Network;

int threads = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2;
int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30;

Console.WriteLine($"Medians of {rounds} rounds in milliseconds, {threads} threads, a 640 x 480 image, random weights; the columns of a row are timed in turn.");
Console.WriteLine();
Console.WriteLine("| network | preprocess | forward | decode + NMS | Detect | bare session | Detect / bare |");
Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
DetectionTimes.Print("yolov2-tiny-voc", YoloV2Network.TinyVoc, threads, rounds);
DetectionTimes.Print("yolov2-voc", YoloV2Network.Voc, threads, rounds);
