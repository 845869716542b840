using System.Globalization;
using Yolo.Benchmarks.Peers;

namespace Yolo.Benchmarks;

/// <summary>TorchSharp without the settings of glibc's allocator that Yolo.Model makes when it loads libtorch: what everybody else has. They are the process's, so this
/// takes one of its own.</summary>
internal static class PlainTorch
{
    /// <summary>The mode in which this program starts itself: prints milliseconds.</summary>
    public const string Mode = "plain-torch";

    private const int Rounds = 2;

    public static void PrintRow(string network, double session, double detect)
    {
        double time = ChildProcess.Measure(Mode, network);
        Console.WriteLine($"| TorchSharp eager, contiguous, ready tensor, without Yolo.Model's allocator settings | {time:F1} | {time / session:F2} | {time / detect:F2} |");
    }

    public static void PrintOnce(string network, int threads)
    {
        AppContext.SetSwitch("Yolo.Model.KeepFreedMemory", false);
        using var eager = new TorchEager(RandomModel.Create(network), threads);
        Console.WriteLine(Turns.Medians([eager.Run], Rounds)[0].ToString(CultureInfo.InvariantCulture));
    }
}
