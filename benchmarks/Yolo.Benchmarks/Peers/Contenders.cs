using Yolo.Model.Encoding;
using Yolo.Model.Inference;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks.Peers;

/// <summary>The peers of Detect that this machine can run.</summary>
internal static class Contenders
{
    /// <summary>All but the bare session and Detect itself; the caller disposes them.</summary>
    public static IEnumerable<IContender> Others(DetectorModel model, DetectionOptions options, RgbaImage image)
    {
        yield return new DetectCall("Detect, int8", new Detector(Quantize(model, image), options), image);
        if (OpenCv.MissingReason is null)
            yield return new OpenCvPipeline(model, options, image);
        yield return new TorchEager(model, options.IntraOpThreads);
        // After TorchEager, which sets libtorch's number of threads for the process.
        yield return new DetectCall("Detect, float, on TorchBackend (channels-last)", new Detector(model, new TorchBackend(model.Network, model.Weights), options), image);
    }

    // One image is enough for time; accuracy needs some hundred.
    private static DetectorModel Quantize(DetectorModel model, RgbaImage image)
    {
        using var calibrator = new Calibrator(model);
        calibrator.Add(image.View);
        return model.WithQuantization(calibrator.Measure());
    }
}
