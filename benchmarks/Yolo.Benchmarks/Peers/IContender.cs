namespace Yolo.Benchmarks.Peers;

/// <summary>What is timed against the others: one image, once.</summary>
internal interface IContender : IDisposable
{
    /// <summary>What the tables call it.</summary>
    string Name { get; }

    /// <summary>Does the work once.</summary>
    void Run();
}
