namespace Yolo.CommandLine.Output;

/// <summary>Moves a view of some work on, from whatever thread.</summary>
internal sealed class TickerProgress(Ticker ticker) : IProgress<(int Done, int All)>
{
    private readonly Lock _gate = new();

    public void Report((int Done, int All) value)
    {
        lock (_gate)
        {
            if (value.Done > ticker.Done)
                ticker.MoveTo(value.Done, value.All);
        }
    }
}
