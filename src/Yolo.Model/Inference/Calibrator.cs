using System.Runtime.ExceptionServices;
using Microsoft.ML.OnnxRuntime;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Onnx;
using Yolo.Model.Files.OnnxFormat;
using Yolo.Model.Quantization;
using Yolo.Model.Weights;

namespace Yolo.Model.Inference;

/// <summary>Measures on sample images what it takes to run a detector in eight-bit integers: two to three times as fast on processors that multiply bytes (AVX512-VNNI, AVX-VNNI,
/// ARM's dot product). A few hundred images such as the detector will see are enough; they need no labels.</summary>
/// <remarks>The ranges are those that minimise the sum of the fourth powers of the rounding errors. Squares, the usual choice, clip the rare large values, and those are the
/// objects: on BCCD that cost the rarest class 0.02 of its average precision, the fourth powers nothing.</remarks>
public sealed class Calibrator : IDisposable
{
    private readonly DetectorModel _model;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly float[] _pixels;
    private readonly string[] _linear, _activated, _shortcuts, _names;
    private readonly Dictionary<string, ActivationHistogram> _histograms;
    private bool _disposed;

    /// <summary>Loads a detector in float, with everything it computes on the way visible.</summary>
    /// <inheritdoc cref="OnnxRuntimeBackend(NetworkDefinition, Weights.NetworkWeights, int, NetworkQuantization?)" path="/exception"/>
    public Calibrator(DetectorModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        var tensors = OnnxGraph.RangedTensors(model.Network);
        _linear = [.. tensors.Select(pair => pair.Linear)];
        _activated = [.. tensors.Select(pair => pair.Activated)];
        _shortcuts = [.. OnnxGraph.ShortcutTensors(model.Network)];
        _names = [.. _linear.Union(_activated).Union(_shortcuts)];
        _histograms = _names.ToDictionary(name => name, _ => new ActivationHistogram());
        _pixels = new float[model.Network.Input.Count];

        var graph = OnnxGraph.Build(model.Network, model.Weights);
        graph.Output.AddRange(_names.Select(name => new ValueInfoProto
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float } },
        }));
        _session = OnnxRuntimeBackend.Open(OnnxExporter.ToBytes(graph), intraOpThreads: 0);
    }

    /// <summary>Images added so far.</summary>
    public int Images { get; private set; }

    /// <summary>Measures a detector on image files.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="imagePaths">JPEG, PNG, BMP, WebP or GIF files; a few hundred.</param>
    /// <param name="cancellationToken">Stops the measuring with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The same detector, which runs in eight-bit integers.</returns>
    /// <exception cref="InvalidOperationException">There is no image.</exception>
    /// <inheritdoc cref="Add(PixelView)" path="/exception"/>
    /// <inheritdoc cref="ImageFile.Decode(string, ImageOrientation, Action{string})" path="/exception"/>
    public static DetectorModel Quantize(DetectorModel model, IEnumerable<string> imagePaths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(imagePaths);
        using var calibrator = new Calibrator(model);
        foreach (string path in imagePaths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var bitmap = ImageFile.Decode(path);
            calibrator.Add(bitmap.Pixels());
        }
        return model.WithQuantization(calibrator.Measure());
    }

    /// <summary>Runs the network on an image and counts what its layers make. Not to be called from several threads at once.</summary>
    /// <param name="image">The image, of any size.</param>
    /// <exception cref="InvalidDataException">The network computes numbers that are not finite.</exception>
    /// <exception cref="ObjectDisposedException">The calibrator was disposed.</exception>
    public void Add(PixelView image)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Add(new ImagePixels(image));
    }

    /// <inheritdoc cref="Add(PixelView)"/>
    internal void Add(ImagePixels image)
    {
        var input = _model.Network.Input;
        ImagePreprocessor.FillFrom(image, _model.Resize, _model.Filter, input.Width, input.Height, _pixels);
        Count();
    }

    /// <summary>The ranges that do the least harm to the images added.</summary>
    /// <exception cref="InvalidOperationException">No image was added.</exception>
    /// <exception cref="ObjectDisposedException">The calibrator was disposed.</exception>
    public NetworkQuantization Measure()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Images == 0)
            throw new InvalidOperationException("There is no image to calibrate with: the ranges of the activations are measured on images such as the detector will see.");
        var layers = _model.Network.Convolutions;
        var ranges = new ConvolutionRanges[_linear.Length];
        Parallel.For(0, ranges.Length, i => ranges[i] = new(
            _histograms[_linear[i]].BestRange(layers[i].Activation), _histograms[_activated[i]].BestRange(Activation.Linear)));
        var shortcuts = new ActivationRange[_shortcuts.Length];
        Parallel.For(0, shortcuts.Length, i => shortcuts[i] = _histograms[_shortcuts[i]].BestRange(Activation.Linear));
        return new([.. ranges]) { Shortcuts = [.. shortcuts] };
    }

    /// <summary>Frees the network. Calling it again does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        _session.Dispose();
        _run.Dispose();
    }

    private void Count()
    {
        var input = _model.Network.Input;
        using var image = OrtValue.CreateTensorValueFromMemory(_pixels, [1, input.Channels, input.Height, input.Width]);
        using var outputs = _session.Run(_run, [OnnxGraph.InputName], [image], _names);
        try
        {
            Parallel.For(0, _names.Length, i => _histograms[_names[i]].Add(outputs[i].GetTensorDataAsSpan<float>()));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
        Images++;
    }
}
