using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Weights;

namespace Yolo.Model.Training;

/// <summary>What a run starts from, handed over to it: given weights are let go once the module holds them, random ones are drawn into its memory.</summary>
internal sealed class StartingWeights
{
    private readonly Func<YoloModule, long> _draw;
    private NetworkWeights? _given;

    private StartingWeights(NetworkWeights? given, Func<YoloModule, long> draw) => (_given, _draw) = (given, draw);

    /// <summary>Given weights.</summary>
    public static StartingWeights Of(NetworkWeights weights) => new(weights, static _ => throw new InvalidOperationException("The weights have been handed over already."));

    /// <summary>Random ones, as <see cref="WeightInitializer.Create"/> draws them.</summary>
    public static StartingWeights Random(int seed, float? objectnessPrior) => new(null, module =>
    {
        TorchWeights.Draw(module, seed, objectnessPrior);
        return 0;
    });

    /// <summary>Fills a module.</summary>
    /// <returns>Images that the weights were trained on.</returns>
    /// <exception cref="InvalidOperationException">Given weights have been handed over already.</exception>
    public long LoadInto(YoloModule module)
    {
        if (_given is not { } weights)
            return _draw(module);
        _given = null;
        TorchWeights.Load(module, weights);
        return weights.Seen;
    }
}
