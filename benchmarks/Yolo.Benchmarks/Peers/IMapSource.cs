namespace Yolo.Benchmarks.Peers;

/// <summary>A peer whose raw map can be compared with ours.</summary>
internal interface IMapSource : IContender
{
    /// <summary>The raw map, <c>[A * (5 + C), h, w]</c>, of a ready input, float <c>[3, H, W]</c>.</summary>
    float[] Map(float[] input);
}
