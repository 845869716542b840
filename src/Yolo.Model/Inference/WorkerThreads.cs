using System.Collections.Concurrent;

namespace Yolo.Model.Inference;

/// <summary>Threads of their own for work that keeps a core busy, so that neither a busy thread pool nor consumers that block its threads hold it up.
/// Started as work comes in. Used by one thread at a time.</summary>
internal sealed class WorkerThreads(int count)
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly List<Task> _threads = [];
    private volatile bool _stopping;

    /// <summary>Has an action run, which must not throw; the first to come is the first to start.</summary>
    public void Enqueue(Action action)
    {
        _work.Add(action);
        if (_threads.Count < count)
            _threads.Add(Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    /// <summary>Drops what has not started. Ends when nothing runs any more.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        _work.CompleteAdding();
        await Task.WhenAll(_threads).ConfigureAwait(false);
        _work.Dispose();
    }

    private void Work()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            if (!_stopping)
                action();
        }
    }
}
