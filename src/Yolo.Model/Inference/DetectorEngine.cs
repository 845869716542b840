using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Model.Inference;

/// <summary>What detectors that differ in their options alone share: the backends and the buffers of their passes. Lives until its last user has let go, a running
/// pass included, so that disposing a detector never pulls the session from under another thread.</summary>
/// <param name="network">The network.</param>
/// <param name="backend">Its backend, fast for one image.</param>
/// <param name="createSideBySide">Makes the backend for many passes at once, when it is first needed; null: it is the same one.</param>
internal sealed class DetectorEngine(NetworkDefinition network, IInferenceBackend backend, Func<IInferenceBackend>? createSideBySide = null)
{
    private readonly Lazy<IInferenceBackend> _sideBySide = new(createSideBySide ?? (() => backend));
    private readonly int _inputLength = checked((int)network.Input.Count);
    private readonly int _mapLength = network.RegionLayout.Size;

    // As many passes as run at once on a busy server keep their buffers; beyond that, buffers are garbage after the pass.
    private readonly Buffers?[] _idle = new Buffers?[Math.Max(16, Environment.ProcessorCount)];
    private int _users = 1;

    /// <summary>The backend that is fast for one image.</summary>
    public IInferenceBackend Backend => backend;

    /// <summary>The backend of which many passes at once finish most images.</summary>
    public IInferenceBackend SideBySideBackend => _sideBySide.Value;

    /// <summary>Images that a pass should take where many wait.</summary>
    public int PreferredBatch => Math.Max(1, backend.PreferredBatch);

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

    /// <summary>Removes a user; the last one disposes the backends.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        backend.Dispose();
        if (_sideBySide.IsValueCreated && _sideBySide.Value != backend)
            _sideBySide.Value.Dispose();
    }

    /// <summary>Begins a pass of one image.</summary>
    /// <param name="pass">The pass; it is a user of the engine until it is disposed.</param>
    /// <returns>Whether the engine still has a user.</returns>
    public bool TryBegin(out Pass pass)
    {
        pass = default;
        if (!TryAcquire())
            return false;
        pass = new(this, Rent(batch: 1));
        return true;
    }

    /// <summary>Buffers for a number of images; those for one come from a pool.</summary>
    public Buffers Rent(int batch)
    {
        if (batch == 1)
        {
            foreach (ref var slot in _idle.AsSpan())
            {
                if (Interlocked.Exchange(ref slot, null) is { } buffers)
                    return buffers;
            }
        }
        return new(batch, _inputLength, _mapLength);
    }

    /// <summary>Gives buffers back.</summary>
    public void Return(Buffers buffers)
    {
        if (buffers.Batch > 1)
            return;
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
        public Span<float> Input => buffers.InputOf(0);

        /// <summary>The raw map, after <see cref="Run"/>.</summary>
        public ReadOnlySpan<float> Map => buffers.MapOf(0);

        /// <summary>A list for the caller's use; its content is left over from an earlier pass.</summary>
        public List<Detection> Detections => buffers.Detections;

        /// <summary>Runs the network from <see cref="Input"/> to <see cref="Map"/>.</summary>
        public void Run() => buffers.Run(engine.Backend, count: 1);

        /// <summary>Gives the buffers back.</summary>
        public void Dispose()
        {
            engine.Return(buffers);
            engine.Release();
        }
    }

    /// <summary>What one pass reads and writes.</summary>
    internal sealed class Buffers(int batch, int inputLength, int mapLength)
    {
        private readonly float[] _input = new float[batch * inputLength], _map = new float[batch * mapLength];

        /// <summary>Images that there is room for.</summary>
        public int Batch => batch;

        /// <summary>A list for the caller's use.</summary>
        public List<Detection> Detections { get; } = [];

        /// <summary>The input of an image, <c>[3, H, W]</c>.</summary>
        public Span<float> InputOf(int index) => _input.AsSpan(index * inputLength, inputLength);

        /// <summary>The raw map of an image.</summary>
        public ReadOnlySpan<float> MapOf(int index) => _map.AsSpan(index * mapLength, mapLength);

        /// <summary>Runs the first images through the network.</summary>
        public void Run(IInferenceBackend backend, int count) => backend.Run(_input.AsMemory(0, count * inputLength), count, _map.AsMemory(0, count * mapLength));
    }
}
