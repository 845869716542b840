using System.Diagnostics;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using SkiaSharp;
using Yolo.Model.Encoding;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;

namespace Yolo.Web;

/// <summary>The one detector of the application, and how many images it works on at once.</summary>
internal sealed class DetectionService : IDisposable
{
    private readonly Detector _detector;
    private readonly ConcurrencyLimiter _turns;
    private readonly WebSettings _settings;

    /// <summary>Loads the model.</summary>
    /// <inheritdoc cref="ModelFile.Load" path="/exception"/>
    public DetectionService(IOptions<WebSettings> settings)
    {
        _settings = settings.Value;
        var (model, options) = ModelFile.Load(_settings.ModelPath);
        // One thread an image: with as many images as cores at once nothing waits for anything else.
        _detector = new Detector(model, options with { ScoreThreshold = _settings.LowestScore, IntraOpThreads = 1 });
        // What is compiled and allocated at first is so before the first visitor comes.
        using (var pixel = new SKBitmap(1, 1))
            _detector.Detect(pixel);
        _turns = new(new()
        {
            PermitLimit = _settings.Workers > 0 ? _settings.Workers : Environment.ProcessorCount,
            QueueLimit = _settings.QueueLength,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        var input = model.Network.Input;
        Description = new(Path.GetFileName(_settings.ModelPath), model.ClassNames, input.Width, input.Height, _settings.LowestScore, DefaultThreshold(options), _settings.MaximumBytes);
    }

    /// <summary>The model and its limits.</summary>
    public ModelDescription Description { get; }

    /// <summary>Whether all places in the queue are taken.</summary>
    public bool IsFull => _turns.GetStatistics() is { CurrentAvailablePermits: 0 } now && now.CurrentQueuedCount >= _settings.QueueLength;

    /// <summary>Waits for a turn; the caller disposes it, and looks first whether it got one.</summary>
    public ValueTask<RateLimitLease> WaitAsync(CancellationToken cancellation) => _turns.AcquireAsync(1, cancellation);

    /// <summary>Detects in an encoded image.</summary>
    /// <param name="image">The file, from its beginning.</param>
    /// <param name="threshold">Lowest score reported, not below the settings' one.</param>
    /// <exception cref="InvalidDataException">The image cannot be decoded or has too many pixels.</exception>
    public DetectionResponse Detect(MemoryStream image, float threshold)
    {
        var (width, height) = ImageFile.ReadSize(image);
        if ((long)width * height > _settings.MaximumPixels)
            throw new InvalidDataException($"image: expected at most {_settings.MaximumPixels} pixels, found {width} x {height}.");
        image.Position = 0;

        long start = Stopwatch.GetTimestamp();
        using var bitmap = ImageFile.Decode(image);
        long decoded = Stopwatch.GetTimestamp();
        var detections = _detector.Detect(bitmap);
        long detected = Stopwatch.GetTimestamp();

        var names = _detector.Model.ClassNames;
        return new(
            bitmap.Width,
            bitmap.Height,
            [.. detections.Where(found => found.Score >= threshold).Select(found => new FoundObject(
                names[found.ClassIndex], found.ClassIndex, found.Score, new(found.Box.Left, found.Box.Top, found.Box.Right, found.Box.Bottom)))],
            Stopwatch.GetElapsedTime(start, decoded).TotalMilliseconds,
            Stopwatch.GetElapsedTime(decoded, detected).TotalMilliseconds);
    }

    public void Dispose()
    {
        _detector.Dispose();
        _turns.Dispose();
    }

    private float DefaultThreshold(DetectionOptions options) => Math.Max(options.ScoreThreshold, _settings.LowestScore);
}
