using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;
using OpenCvSharp;
using Yolo.Benchmarks.Peers;

namespace Yolo.Benchmarks;

/// <summary>Says where the numbers come from.</summary>
internal static class Machine
{
    public static void Print(int threads)
    {
        string openCv = OpenCv.MissingReason is null ? $", OpenCV {Cv2.GetVersionString()}" : "";
        Console.WriteLine($"{Processor()} ({InstructionSet()}), {Environment.ProcessorCount} cores, {threads} threads used; {RuntimeInformation.OSDescription.Trim()}, "
            + $"{RuntimeInformation.FrameworkDescription}, ONNX Runtime {OrtEnv.Instance().GetVersionString()}{openCv}, TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3)}.");
        if (OpenCv.MissingReason is { } reason)
            Console.WriteLine(reason);
        Console.WriteLine();
    }

    private static string InstructionSet() => Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : RuntimeInformation.ProcessArchitecture.ToString();

    private static string Processor()
    {
        const string File = "/proc/cpuinfo";
        string? line = System.IO.File.Exists(File) ? System.IO.File.ReadLines(File).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
