using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.Benchmarks.Peers;

/// <summary>A whole call of <see cref="Detector.Detect(PixelView)"/> on a decoded image.</summary>
internal sealed class DetectCall(string name, Detector detector, RgbaImage image) : IContender
{
    public string Name => name;

    public void Run() => detector.Detect(image.View);

    public void Dispose() => detector.Dispose();
}
