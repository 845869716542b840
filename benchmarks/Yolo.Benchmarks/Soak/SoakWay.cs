namespace Yolo.Benchmarks.Soak;

/// <summary>A way to use a loaded model.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="CreateCaller">Makes what a thread calls: given the index of a task, the result of it, bit for bit.</param>
internal sealed record SoakWay(string Name, Func<Func<int, byte[]>> CreateCaller);
