using TorchSharp;
using TorchSharp.Modules;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Optimization;

/// <summary>A module's weights in three runs of memory, so that what is done to all of them takes a few kernels, not a few for each layer: the
/// kernels, the biases and scales, and the rolling statistics.</summary>
/// <remarks>The module's parameters become views of the runs. Each run holds the layers in their order.</remarks>
internal sealed class FlatWeights : IDisposable
{
    private readonly Part[] _parts;

    /// <summary>Moves the weights of a module, which is already on its device and must stay there.</summary>
    public FlatWeights(YoloModule module)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        long[] lengths = new long[3];
        var parts = new List<Part>();
        // A layer's state begins with its kernel.
        int convolution = -1;
        foreach (var (name, tensor) in module.state_dict())
        {
            var run = RunOf(name);
            if (run == WeightRun.Kernels)
                convolution++;
            parts.Add(new(name, tensor, run, lengths[(int)run], tensor.shape, convolution));
            lengths[(int)run] += tensor.numel();
        }
        _parts = [.. parts];
        var device = _parts[0].Tensor.device;
        Runs = [.. lengths.Select(length => empty(length, device: device).DetachFromDisposeScope())];
        foreach (var part in _parts)
        {
            var view = part.ViewOf(Runs);
            view.copy_(part.Tensor);
            part.Tensor.set_(view);
        }
    }

    /// <summary>The runs: kernels, biases and scales, rolling statistics.</summary>
    public IReadOnlyList<Tensor> Runs { get; }

    /// <summary>The parameters of a run, in its order, with their places in it and the number of their convolution.</summary>
    public IEnumerable<(Parameter Parameter, string Name, long Offset, int Convolution)> ParametersOf(WeightRun run) =>
        _parts.Where(part => part.Run == run).Select(part => ((Parameter)part.Tensor, part.Name, part.Offset, part.Convolution));

    /// <summary>Views of other runs of the same lengths, by the names of the module's state. The caller disposes them.</summary>
    public IEnumerable<(string Name, Tensor Value)> ViewsOf(IReadOnlyList<Tensor> runs)
    {
        foreach (var part in _parts)
        {
            using var scope = NewDisposeScope();
            yield return (part.Name, part.ViewOf(runs).DetachFromDisposeScope());
        }
    }

    public void Dispose()
    {
        foreach (var run in Runs)
            run.Dispose();
    }

    private static WeightRun RunOf(string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "kernel" => WeightRun.Kernels,
        "biases" or "scales" => WeightRun.Vectors,
        _ => WeightRun.Statistics,
    };

    private readonly record struct Part(string Name, Tensor Tensor, WeightRun Run, long Offset, long[] Shape, int Convolution)
    {
        /// <summary>The part of a run, kernels in channels-last memory.</summary>
        public Tensor ViewOf(IReadOnlyList<Tensor> runs)
        {
            var flat = runs[(int)Run].narrow(0, Offset, Shape.Aggregate(1L, (product, size) => product * size));
            return Shape is [var filters, var channels, var height, var width] ? flat.view(filters, height, width, channels).permute(0, 3, 1, 2) : flat;
        }
    }
}

/// <summary>Which weights stand together in <see cref="FlatWeights"/>.</summary>
internal enum WeightRun
{
    /// <summary>Kernels of convolutions, which alone decay.</summary>
    Kernels,

    /// <summary>Biases and scales.</summary>
    Vectors,

    /// <summary>Rolling means and variances, which no optimizer changes.</summary>
    Statistics,
}
