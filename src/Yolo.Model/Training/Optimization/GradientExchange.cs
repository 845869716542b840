using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;
using Yolo.Model.Processes;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Optimization;

/// <summary>Adds up the gradients of all processes, bucket by bucket, on a thread of its own: a bucket starts when its last gradient is there,
/// while the backward pass goes on with the layers before it.</summary>
internal sealed class GradientExchange : IDisposable
{
    private readonly IReadOnlyList<ParameterBucket> _buckets;
    private readonly IProcessGroup _group;
    private readonly bool _bfloat16;
    private readonly BlockingCollection<(Tensor[] Gradients, Tensor Flat)> _waiting = [];
    private readonly CountdownEvent _underWay = new(1);
    private readonly Thread _thread;
    private readonly bool[] _started;
    private ExceptionDispatchInfo? _error;

    /// <summary>Starts the thread.</summary>
    /// <param name="buckets">What is exchanged at once. All processes have the same.</param>
    /// <param name="group">The processes; a duplicate of it is used.</param>
    /// <param name="bfloat16">Whether the numbers travel in bfloat16.</param>
    public GradientExchange(IReadOnlyList<ParameterBucket> buckets, IProcessGroup group, bool bfloat16)
    {
        (_buckets, _group, _bfloat16) = (buckets, group.Duplicate(), bfloat16);
        _started = new bool[buckets.Count];
        _thread = new(Run) { IsBackground = true, Name = nameof(GradientExchange) };
        _thread.Start();
    }

    /// <summary>Starts with the buckets whose gradients are complete.</summary>
    /// <param name="convolution">The gradients of this convolution and of all after it are.</param>
    public void Ready(int convolution)
    {
        using var noGradient = no_grad();
        // The same order in all processes: from the last one on.
        for (int i = _buckets.Count - 1; i >= 0; i--)
        {
            if (_started[i] || _buckets[i].Convolution < convolution || !_buckets[i].Learns)
                continue;
            _started[i] = true;
            _underWay.AddCount();
            var gradients = _buckets[i].Gradients();
            using var scope = NewDisposeScope();
            var flat = gradients is [var single] ? single.alias() : cat(gradients);
            _waiting.Add((gradients, flat.DetachFromDisposeScope()));
        }
    }

    /// <summary>Exchanges what is left and waits until all gradients are those of all processes.</summary>
    public void Finish()
    {
        Ready(0);
        _underWay.Signal();
        _underWay.Wait();
        _underWay.Reset(1);
        Array.Clear(_started);
        _error?.Throw();
    }

    public void Dispose()
    {
        _waiting.CompleteAdding();
        _thread.Join();
        _waiting.Dispose();
        _underWay.Dispose();
        _group.Dispose();
    }

    private void Run()
    {
        foreach (var (gradients, flat) in _waiting.GetConsumingEnumerable())
        {
            try
            {
                Exchange(gradients, flat);
            }
            catch (Exception exception)
            {
                _error ??= ExceptionDispatchInfo.Capture(exception);
            }
            finally
            {
                flat.Dispose();
                foreach (var gradient in gradients)
                    gradient.Dispose();
                _underWay.Signal();
            }
        }
    }

    private void Exchange(Tensor[] gradients, Tensor flat)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        if (_bfloat16)
        {
            var rounded = flat.to(ScalarType.BFloat16).cpu().contiguous();
            _group.SumBFloat16(MemoryMarshal.Cast<byte, ushort>(rounded.bytes));
            flat.copy_(rounded);
        }
        else
        {
            GroupSum.InPlace(flat, _group);
        }
        // One parameter was summed where it stands.
        if (gradients.Length == 1)
            return;
        long offset = 0;
        foreach (var gradient in gradients)
        {
            long count = gradient.numel();
            gradient.copy_(flat.narrow(0, offset, count).view_as(gradient));
            offset += count;
        }
    }
}
