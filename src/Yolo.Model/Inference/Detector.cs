using System.Runtime.InteropServices;
using SkiaSharp;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;

namespace Yolo.Model.Inference;

/// <summary>Finds objects in images: the way in without ML.NET. All members may be called from several threads at once; one detector serves a whole
/// application.</summary>
/// <remarks>Resizing, decoding and suppression follow Darknet: one detection for each class of a box whose score exceeds the threshold, then per-class NMS. Detections are
/// in descending order of score, their boxes in pixels of the image as given and clipped to it; one that lies wholly outside (in the bars of a letterbox) is left out.</remarks>
public sealed class Detector : IDisposable
{
    private readonly DetectorEngine _engine;
    private readonly RegionDecoder _decoder;
    private bool _disposed;

    /// <summary>A detector that runs on the CPU, with ONNX Runtime.</summary>
    /// <param name="model">Network, weights, classes and resize mode.</param>
    /// <param name="options">Thresholds and threads; null: the defaults.</param>
    /// <inheritdoc cref="OnnxRuntimeBackend(Network.NetworkDefinition, Weights.NetworkWeights, int)" path="/exception"/>
    public Detector(DetectorModel model, DetectionOptions? options = null)
        : this(model, CreateBackend(model, options), options)
    {
    }

    /// <summary>A detector that runs on a backend of the caller's choice.</summary>
    /// <param name="model">Network, classes and resize mode.</param>
    /// <param name="backend">A backend for that network; it belongs to the detector from now on and is disposed with it.</param>
    /// <param name="options">Thresholds; null: the defaults. The number of threads is the backend's affair.</param>
    public Detector(DetectorModel model, IInferenceBackend backend, DetectionOptions? options = null)
        : this(model, CreateEngine(model, backend), options ?? new())
    {
    }

    private Detector(DetectorModel model, DetectorEngine engine, DetectionOptions options)
    {
        Model = model;
        Options = options;
        _engine = engine;
        _decoder = new(model.Network, options);
    }

    /// <summary>What the detector was made from.</summary>
    public DetectorModel Model { get; }

    /// <summary>Which of the predicted boxes are reported.</summary>
    public DetectionOptions Options { get; }

    /// <summary>A detector from Darknet's files, on the CPU.</summary>
    /// <param name="configPath">The network, <c>.cfg</c>.</param>
    /// <param name="weightsPath">Its weights, <c>.weights</c>.</param>
    /// <param name="namesPath">The class names, one a line.</param>
    /// <param name="options">Thresholds and threads; null: the defaults.</param>
    /// <param name="resize">How images are brought to the input's size; null: as the <c>.cfg</c> says (<see cref="DarknetModel"/>).</param>
    /// <inheritdoc cref="DarknetModel.Load" path="/exception"/>
    public static Detector FromDarknet(string configPath, string weightsPath, string namesPath, DetectionOptions? options = null, ResizeMode? resize = null) =>
        new(DarknetModel.Load(configPath, weightsPath, namesPath, resize), options);

    /// <summary>Detects in an image file, turned upright where its EXIF data says so; boxes are in pixels of the upright image.</summary>
    /// <param name="path">JPEG, PNG, BMP, WebP or GIF.</param>
    /// <inheritdoc cref="ImageFile.Decode(string, ImageOrientation)" path="/exception"/>
    /// <inheritdoc cref="Detect(PixelView)" path="/exception"/>
    public IReadOnlyList<Detection> Detect(string path)
    {
        using var bitmap = ImageFile.Decode(path);
        return Detect(bitmap);
    }

    /// <summary>Detects in an encoded image, turned upright where its EXIF data says so; boxes are in pixels of the upright image.</summary>
    /// <param name="stream">JPEG, PNG, BMP, WebP or GIF; read from its position, left open.</param>
    /// <inheritdoc cref="ImageFile.Decode(Stream, string, ImageOrientation)" path="/exception"/>
    /// <inheritdoc cref="Detect(PixelView)" path="/exception"/>
    public IReadOnlyList<Detection> Detect(Stream stream)
    {
        using var bitmap = ImageFile.Decode(stream);
        return Detect(bitmap);
    }

    /// <summary>Detects in a bitmap. Bgra8888 and Rgba8888 are read in place, other colour types are converted first.</summary>
    /// <param name="bitmap">The image; transparency is ignored.</param>
    /// <exception cref="ArgumentException">The bitmap has no pixels.</exception>
    /// <inheritdoc cref="Detect(PixelView)" path="/exception"/>
    public IReadOnlyList<Detection> Detect(SKBitmap bitmap)
    {
        ArgumentNullException.ThrowIfNull(bitmap);
        if (bitmap.ColorType is SKColorType.Bgra8888 or SKColorType.Rgba8888)
            return Detect(bitmap.Pixels());
        using var copy = bitmap.Copy(SKColorType.Rgba8888)
            ?? throw new ArgumentException($"A bitmap of {bitmap.Width} x {bitmap.Height} pixels of type {bitmap.ColorType} cannot be read.", nameof(bitmap));
        return Detect(copy.Pixels());
    }

    /// <summary>Detects in decoded pixels.</summary>
    /// <exception cref="ObjectDisposedException">The detector was disposed.</exception>
    public IReadOnlyList<Detection> Detect(PixelView image)
    {
        if (_disposed || !_engine.TryBegin(out var pass))
            throw Disposed();
        using (pass)
        {
            var input = Model.Network.Input;
            ImagePreprocessor.Fill(image, Model.Resize, input.Width, input.Height, pass.Input);
            pass.Run();
            _decoder.Decode(pass.Map, pass.Detections);
            NonMaxSuppression.Apply(pass.Detections, Options.IoUThreshold, Options.ClassAgnostic, Options.MaxDetections);
            return ToImage(pass.Detections, ImageMapping.Create(Model.Resize, image.Width, image.Height, input.Width, input.Height));
        }
    }

    /// <summary>A detector with other options on the same loaded network, at no cost. Each of the two is disposed by itself.</summary>
    /// <exception cref="ArgumentException">The number of threads is another: it belongs to the loaded network, so a new <see cref="Detector"/> is needed.</exception>
    /// <exception cref="ObjectDisposedException">The detector was disposed.</exception>
    public Detector WithOptions(DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.IntraOpThreads != Options.IntraOpThreads)
            throw new ArgumentException(
                $"The network was loaded for {Options.IntraOpThreads} threads and cannot change to {options.IntraOpThreads}; create a new Detector.", nameof(options));
        if (_disposed || !_engine.TryAcquire())
            throw Disposed();
        return new(Model, _engine, options);
    }

    /// <summary>Lets go of the network, which is freed once no other detector and no running call uses it. Calling it again does nothing.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
            _engine.Release();
    }

    private static OnnxRuntimeBackend CreateBackend(DetectorModel model, DetectionOptions? options)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model.Network, model.Weights, options?.IntraOpThreads ?? 0);
    }

    private static DetectorEngine CreateEngine(DetectorModel model, IInferenceBackend backend)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(backend);
        return new(model.Network, backend);
    }

    // From pixels of the input, overwriting the list, to an array in pixels of the image.
    private static Detection[] ToImage(List<Detection> detections, ImageMapping mapping)
    {
        int count = 0;
        var list = CollectionsMarshal.AsSpan(detections);
        foreach (var detection in list)
        {
            var box = mapping.ToImage(detection.Box).Clip(mapping.ImageWidth, mapping.ImageHeight);
            if (box.Area > 0)
                list[count++] = detection with { Box = box };
        }
        return list[..count].ToArray();
    }

    private static ObjectDisposedException Disposed() => new(nameof(Detector));
}
