using Microsoft.ML.Runtime;

namespace Yolo.MLNet.Seam;

/// <summary>A token that is cancelled when another one is, or when ML.NET's host is, which has no event: it is asked ten times a second.</summary>
internal sealed class HostCancellation : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _source;
    private readonly Timer _timer;

    public HostCancellation(IHost host, CancellationToken token)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(token);
        Ask();
        _timer = new Timer(_ => Ask(), state: null, Interval, Interval);

        void Ask()
        {
            if (HostEnvironments.IsCanceled(host))
                _source.Cancel();
        }
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Waits for a callback under way, so that none meets a disposed source.</summary>
    public void Dispose()
    {
        using (var ended = new ManualResetEvent(initialState: false))
        {
            if (_timer.Dispose(ended))
                ended.WaitOne();
        }
        _source.Dispose();
    }
}
