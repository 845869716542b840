using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Inference;

/// <summary>What detectors that differ in their options alone share: the backend and the buffers of its passes. Lives until its last user has let go, a running
/// pass included, so that disposing a detector never pulls the session from under another thread.</summary>
internal sealed class DetectorEngine(NetworkDefinition network, IInferenceBackend backend)
{
    private readonly IInferenceBackend _backend = backend;
    private readonly int _inputLength = checked((int)network.Input.Count);
    private readonly int _mapLength = network.RegionLayout.Size;

    // As many passes as run at once on a busy server keep their buffers; beyond that, buffers are garbage after the pass.
    private readonly Buffers?[] _idle = new Buffers?[Math.Max(16, Environment.ProcessorCount)];
    private int _users = 1;

    /// <summary>Adds a user, unless the last one has let go already.</summary>
    public bool TryAcquire()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
                return true;
            users = found;
        }
        return false;
    }

    /// <summary>Removes a user; the last one disposes the backend.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            _backend.Dispose();
    }

    /// <summary>Begins a pass of one image.</summary>
    /// <param name="pass">The pass; it is a user of the engine until it is disposed.</param>
    /// <returns>Whether the engine still has a user.</returns>
    public bool TryBegin(out Pass pass)
    {
        pass = default;
        if (!TryAcquire())
            return false;
        pass = new(this, Rent());
        return true;
    }

    private Buffers Rent()
    {
        foreach (ref var slot in _idle.AsSpan())
        {
            if (Interlocked.Exchange(ref slot, null) is { } buffers)
                return buffers;
        }
        return new(_inputLength, _mapLength);
    }

    private void Return(Buffers buffers)
    {
        foreach (ref var slot in _idle.AsSpan())
        {
            if (Interlocked.CompareExchange(ref slot, buffers, null) is null)
                return;
        }
    }

    /// <summary>The buffers of one image on its way through the network; not to be used after <see cref="Dispose"/>.</summary>
    public readonly ref struct Pass(DetectorEngine engine, Buffers buffers)
    {
        /// <summary>To be filled by the caller, <c>[3, H, W]</c>.</summary>
        public Span<float> Input => buffers.Input;

        /// <summary>The raw map, after <see cref="Run"/>.</summary>
        public ReadOnlySpan<float> Map => buffers.Map;

        /// <summary>A list for the caller's use; its content is left over from an earlier pass.</summary>
        public List<Detection> Detections => buffers.Detections;

        /// <summary>Runs the network from <see cref="Input"/> to <see cref="Map"/>.</summary>
        public void Run() => engine._backend.Run(buffers.Input, batch: 1, buffers.Map);

        /// <summary>Gives the buffers back.</summary>
        public void Dispose()
        {
            engine.Return(buffers);
            engine.Release();
        }
    }

    /// <summary>What one pass writes to.</summary>
    internal sealed class Buffers(int inputLength, int mapLength)
    {
        public float[] Input { get; } = new float[inputLength];

        public float[] Map { get; } = new float[mapLength];

        public List<Detection> Detections { get; } = [];
    }
}
