using System.Runtime.InteropServices;
using SkiaSharp;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Weights;

namespace Yolo.Model.Inference;

/// <summary>Finds objects in images: the way in without ML.NET. All members may be called from several threads at once; one detector serves a whole
/// application.</summary>
/// <remarks>Decoding and suppression follow Darknet, and so does resizing unless the model's filter is another: one detection for each
/// class of a box whose score exceeds the threshold, then per-class NMS. Detections are in descending order of score, their boxes in pixels
/// of the image as given and clipped to it; one that lies wholly outside (in the bars of a letterbox) is left out.</remarks>
public sealed class Detector : IDisposable
{
    private readonly DetectorEngine _engine;
    private readonly RegionDecoder _decoder;
    private bool _disposed;

    /// <summary>A detector that runs on the CPU with ONNX Runtime, or on the GPU that the options name with TorchSharp.</summary>
    /// <param name="model">Network, weights, classes, resize mode and filter.</param>
    /// <param name="options">Thresholds, threads and device; null: the defaults.</param>
    /// <inheritdoc cref="OnnxRuntimeBackend(Network.NetworkDefinition, Weights.NetworkWeights, int, Quantization.NetworkQuantization?)" path="/exception"/>
    /// <inheritdoc cref="TorchBackend(Network.NetworkDefinition, Weights.NetworkWeights, int?)" path="/exception"/>
    public Detector(DetectorModel model, DetectionOptions? options = null)
        : this(model, CreateEngine(model, options ?? new()), options ?? new())
    {
    }

    /// <summary>A detector that runs on a backend of the caller's choice.</summary>
    /// <param name="model">Network, classes, resize mode and filter.</param>
    /// <param name="backend">A backend for that network; it belongs to the detector from now on and is disposed with it.</param>
    /// <param name="options">Thresholds; null: the defaults. Threads and device are the backend's affair.</param>
    public Detector(DetectorModel model, IInferenceBackend backend, DetectionOptions? options = null)
        : this(model, WrapBackend(model, backend), options ?? new())
    {
    }

    internal Detector(DetectorModel model, DetectorEngine engine, DetectionOptions options)
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

    /// <summary>What the errors of a disposed detector call it: the type that its user knows.</summary>
    internal string Name { get; init; } = nameof(Detector);

    /// <summary>A detector from Darknet's files.</summary>
    /// <param name="configPath">The network, <c>.cfg</c>.</param>
    /// <param name="weightsPath">Its weights, <c>.weights</c>.</param>
    /// <param name="namesPath">The class names, one a line.</param>
    /// <param name="options">Thresholds, threads and device; null: the defaults.</param>
    /// <param name="resize">How images are brought to the input's size; null: as the <c>.cfg</c> says (<see cref="DarknetModel"/>).</param>
    /// <inheritdoc cref="DarknetModel.Load(string, string, string, ResizeMode?)" path="/exception"/>
    public static Detector FromDarknet(string configPath, string weightsPath, string namesPath, DetectionOptions? options = null, ResizeMode? resize = null) =>
        new(DarknetModel.Load(configPath, weightsPath, namesPath, resize), options);

    /// <summary>A detector from streams that hold what Darknet's files do.</summary>
    /// <param name="config">The network, <c>.cfg</c>, UTF-8.</param>
    /// <param name="weights">Its weights, <c>.weights</c>.</param>
    /// <param name="names">The class names, one a line, UTF-8.</param>
    /// <param name="options">Thresholds, threads and device; null: the defaults.</param>
    /// <param name="resize">How images are brought to the input's size; null: as the <c>.cfg</c> says (<see cref="DarknetModel"/>).</param>
    /// <remarks>The streams are read from their positions to their ends and left open; they need not be able to seek.</remarks>
    /// <inheritdoc cref="DarknetModel.Load(Stream, Stream, Stream, ResizeMode?)" path="/exception"/>
    public static Detector FromDarknet(Stream config, Stream weights, Stream names, DetectionOptions? options = null, ResizeMode? resize = null) =>
        new(DarknetModel.Load(config, weights, names, resize), options);

    /// <summary>Detects in an image file, turned upright where its EXIF data says so; boxes are in pixels of the upright image.</summary>
    /// <param name="path">JPEG, PNG, BMP, WebP or GIF.</param>
    /// <inheritdoc cref="ImageFile.Decode(string, ImageOrientation, Action{string})" path="/exception"/>
    /// <inheritdoc cref="Detect(PixelView)" path="/exception"/>
    public IReadOnlyList<Detection> Detect(string path)
    {
        using var bitmap = ImageFile.Decode(path);
        return Detect(bitmap);
    }

    /// <summary>Detects in an encoded image, turned upright where its EXIF data says so; boxes are in pixels of the upright image.</summary>
    /// <param name="stream">JPEG, PNG, BMP, WebP or GIF; read from its position, left open.</param>
    /// <inheritdoc cref="ImageFile.Decode(Stream, string, ImageOrientation, Action{string})" path="/exception"/>
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
            Fill(image, pass.Input);
            pass.Run();
            return Decode(pass.Map, pass.Detections, image.Width, image.Height);
        }
    }

    /// <summary>Detects in many image files: several at once, results in the order of the files, as <see cref="Detect(string)"/> gives them. Files are read ahead of the
    /// consumer, few at a time. A file that cannot be read has a result that says so, and does not end the rest.</summary>
    /// <param name="paths">JPEG, PNG, BMP, WebP or GIF files. Enumerated on the consumer's thread, some files ahead of it; what it throws comes after the files before.</param>
    /// <param name="workers">Files worked on at once, each by one thread; or 0 for as many as <see cref="DetectionOptions.IntraOpThreads"/>, which is one per core by
    /// default.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <remarks><para>On the CPU, a second session of one thread is loaded for this when the second file is reached, and kept until the detector is disposed: the network is
    /// then in memory twice. A detector with <see cref="DetectionOptions.IntraOpThreads"/> = 1 needs none. Each worker adds the memory of a pass, some tens of MB for the built-in networks
    /// at 416. A backend with a <see cref="IInferenceBackend.PreferredBatch"/> above 1 gets batches.</para>
    /// <para>Leaving the loop early stops the work; no thread is left behind.</para></remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="workers"/> is negative.</exception>
    /// <exception cref="ObjectDisposedException">On enumeration: the detector was disposed.</exception>
    public IEnumerable<FileDetections> DetectFiles(IEnumerable<string> paths, int workers = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        return FileScoring.Detect(this, paths, workers, cancellationToken);
    }

    /// <inheritdoc cref="DetectFiles"/>
    public IAsyncEnumerable<FileDetections> DetectFilesAsync(IEnumerable<string> paths, int workers = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        return FileScoring.DetectAsync(this, paths, workers, cancellationToken);
    }

    /// <summary>Detects in the images of a folder, those of its sub-folders not included: <see cref="DetectFiles"/> of <see cref="ImageFile.InFolder"/>.</summary>
    /// <inheritdoc cref="DetectFiles"/>
    /// <inheritdoc cref="ImageFile.InFolder" path="/param"/>
    /// <inheritdoc cref="ImageFile.InFolder" path="/exception"/>
    public IEnumerable<FileDetections> DetectFolder(string folder, int workers = 0, CancellationToken cancellationToken = default) =>
        DetectFiles(ImageFile.InFolder(folder), workers, cancellationToken);

    /// <summary>A detector with other options on the same loaded network, at no cost. Each of the two is disposed by itself.</summary>
    /// <exception cref="ArgumentException">Threads or device are others: they belong to the loaded network, so a new <see cref="Detector"/> is needed.</exception>
    /// <exception cref="ObjectDisposedException">The detector was disposed.</exception>
    public Detector WithOptions(DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if ((options.IntraOpThreads, options.GpuDeviceId) != (Options.IntraOpThreads, Options.GpuDeviceId))
            throw new ArgumentException($"The network was loaded for {Place(Options)} and cannot change to {Place(options)}; create a new Detector.", nameof(options));
        if (_disposed || !_engine.TryAcquire())
            throw Disposed();
        return new(Model, _engine, options) { Name = Name };
    }

    /// <summary>Lets go of the network, which is freed once no other detector and no running call uses it. Calling it again does nothing.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
            _engine.Release();
    }

    /// <summary>Throws where the detector was disposed.</summary>
    internal void ThrowIfDisposed()
    {
        if (_disposed)
            throw Disposed();
    }

    /// <summary>Starts to score many images.</summary>
    /// <param name="workers">Images worked on at once, or 0 for as many as a pass has threads.</param>
    /// <exception cref="ObjectDisposedException">The detector was disposed.</exception>
    internal ScoringPipeline CreatePipeline(int workers)
    {
        if (_disposed || !_engine.TryAcquire())
            throw Disposed();
        if (workers == 0)
            workers = Options.IntraOpThreads > 0 ? Options.IntraOpThreads : Environment.ProcessorCount;
        return new(this, _engine, workers);
    }

    /// <summary>Writes an image as the input of the network, <c>[3, H, W]</c>.</summary>
    internal void Fill(PixelView image, Span<float> input)
    {
        var shape = Model.Network.Input;
        ImagePreprocessor.Fill(image, Model.Resize, Model.Filter, shape.Width, shape.Height, input);
    }

    /// <summary>The detections in the raw map of an image.</summary>
    internal Detection[] Decode(ReadOnlySpan<float> map, List<Detection> scratch, int width, int height)
    {
        var input = Model.Network.Input;
        _decoder.Detect(map, scratch);
        return ToImage(scratch, ImageMapping.Create(Model.Resize, width, height, input.Width, input.Height));
    }

    /// <summary>Detections in pixels of the input, whose list is overwritten, as an array in pixels of the image, clipped to it; those wholly outside are left out.</summary>
    internal static Detection[] ToImage(List<Detection> detections, ImageMapping mapping)
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

    private static DetectorEngine CreateEngine(DetectorModel model, DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (options.GpuDeviceId is { } gpu)
            return new(model.Network, new TorchBackend(model.Network, model.Weights, gpu));
        return new(model.Network, CreateBackend(options.IntraOpThreads), options.IntraOpThreads == 1 ? null : () => CreateBackend(1));

        OnnxRuntimeBackend CreateBackend(int threads) => new(model.Network, model.Weights, threads, model.Quantization);
    }

    private static DetectorEngine WrapBackend(DetectorModel model, IInferenceBackend backend)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(backend);
        return new(model.Network, backend);
    }

    private static string Place(DetectionOptions options) => options.GpuDeviceId is { } gpu ? $"CUDA device {gpu}" : $"{options.IntraOpThreads} threads of the CPU";

    private ObjectDisposedException Disposed() => new(Name);
}
