using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks;

/// <summary>Detectors with random weights of a fixed seed: they cost what trained ones cost. With them every box passes the test of its objectness, so that its classes are computed, and
/// none reaches the default threshold.</summary>
internal static class RandomModel
{
    /// <summary>A built-in network, such as <c>yolov2-voc</c>.</summary>
    public static DetectorModel Create(string network) => Create(YoloV2Network.Get(network));

    public static DetectorModel Create(NetworkDefinition network, ResizeFilter filter = ResizeFilter.Darknet) =>
        new(network, WeightInitializer.Create(network, seed: 1), [.. Enumerable.Range(0, network.Region.Classes).Select(index => $"class {index}")], filter: filter);
}
