using OpenCvSharp;

namespace Yolo.Benchmarks.Peers;

/// <summary>OpenCV's native library: whether it is there, and how many threads it uses.</summary>
internal static class OpenCv
{
    private static readonly Lazy<string?> Reason = new(FindReason);

    /// <summary>Why OpenCV takes no part, or null where it does.</summary>
    public static string? MissingReason => Reason.Value;

    /// <summary>Sets the threads of everything that OpenCV does from now on.</summary>
    public static void SetThreads(int threads) => Cv2.SetNumThreads(threads);

    private static string? FindReason()
    {
        try
        {
            Cv2.GetVersionString();
            return null;
        }
        catch (Exception exception) when (Loading(exception) is { } cause)
        {
            return $"OpenCV takes no part: its native library does not load. OpenCvSharp4's runtime package is for linux-x64; there it needs the system's GTK 3 and some more, "
                + $"on Debian: apt-get install {SystemPackages} (benchmarks/README.md). The system says: {cause.Message}";
        }
    }

    private const string SystemPackages = "libgtk-3-0 libdrm2 libatomic1 libfreetype6 libharfbuzz0b";

    // OpenCvSharp wraps the loader's exception in its own and in that of a static constructor.
    private static Exception? Loading(Exception? exception) => exception switch
    {
        null => null,
        DllNotFoundException or BadImageFormatException or PlatformNotSupportedException => exception,
        _ => Loading(exception.InnerException),
    };
}
