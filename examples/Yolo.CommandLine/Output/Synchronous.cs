namespace Yolo.CommandLine.Output;

/// <summary>Reports on the thread that reports, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class Synchronous<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
