namespace Yolo.CommandLine;

/// <summary>What the process says by its exit code; docs/command-line.md lists them.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Something failed; the message is on the error stream.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong: an unknown option, a missing value.</summary>
    public const int Usage = 2;

    /// <summary>Done, but some of what was looked at is not as it should be: flaws in a data set, images that could not be read.</summary>
    public const int Flaws = 3;

    /// <summary>Stopped by Ctrl+C or a signal.</summary>
    public const int Cancelled = 130;
}
