using Yolo.Model.Geometry;
using Yolo.Model.Imaging;

namespace Yolo.Model.Inference;

/// <summary>Images that go through the network together. Its pass starts when the batch is closed and all of its images are ready.</summary>
internal sealed class ScoringBatch(Detector detector, DetectorEngine.Buffers buffers)
{
    private readonly List<ScoredImage> _images = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IInferenceBackend? _backend;

    // The images that are not ready yet, and one more until the batch is closed.
    private int _awaited = 1;

    /// <summary>Ends with the pass, or fails with it.</summary>
    public Task Done => _done.Task;

    public DetectorEngine.Buffers Buffers => buffers;

    public int Count => _images.Count;

    public bool IsFull => _images.Count == buffers.Batch;

    /// <summary>Adds an image that is ready.</summary>
    public ScoredImage Add(PixelView pixels)
    {
        detector.Fill(pixels, buffers.InputOf(_images.Count));
        return Append(new(this) { Width = pixels.Width, Height = pixels.Height });
    }

    /// <summary>Adds an image that becomes ready by <see cref="Read"/>.</summary>
    public ScoredImage AddUnread()
    {
        Interlocked.Increment(ref _awaited);
        return Append(new(this));
    }

    /// <summary>Decodes and resizes an image; what is wrong with it becomes its error.</summary>
    /// <returns>Whether the pass can start.</returns>
    public bool Read(ScoredImage image, int index, string path)
    {
        try
        {
            using var bitmap = ImageFile.Decode(path, warn: warning => image.Warning = warning);
            detector.Fill(bitmap.Pixels(), buffers.InputOf(index));
            (image.Width, image.Height) = (bitmap.Width, bitmap.Height);
        }
        catch (Exception exception)
        {
            image.Error = exception;
        }
        return Interlocked.Decrement(ref _awaited) == 0;
    }

    /// <summary>Ends the adding of images.</summary>
    /// <returns>Whether the pass can start.</returns>
    public bool Close(IInferenceBackend backend)
    {
        _backend = backend;
        return Interlocked.Decrement(ref _awaited) == 0;
    }

    /// <summary>Runs the pass.</summary>
    /// <param name="finished">Called when the buffers are free again, before <see cref="Done"/> ends.</param>
    public void Run(Action<ScoringBatch> finished)
    {
        Exception? failure = null;
        try
        {
            Score();
        }
        catch (Exception exception)
        {
            failure = exception;
        }
        finished(this);
        if (failure is null)
        {
            _done.SetResult();
            return;
        }
        _done.SetException(failure);
        // Observed, should the consumer have gone.
        _ = _done.Task.Exception;
    }

    private ScoredImage Append(ScoredImage image)
    {
        _images.Add(image);
        return image;
    }

    private void Score()
    {
        // The readable images move together to the front.
        int count = 0;
        for (int i = 0; i < _images.Count; i++)
        {
            if (_images[i].Error is not null)
                continue;
            if (i != count)
                buffers.InputOf(i).CopyTo(buffers.InputOf(count));
            _images[count++] = _images[i];
        }
        if (count == 0)
            return;

        buffers.Run(_backend!, count);
        for (int i = 0; i < count; i++)
            _images[i].Detections = detector.Decode(buffers.MapOf(i), buffers.Detections, _images[i].Width, _images[i].Height);
    }
}

/// <summary>An image on its way through the network. All but its batch is to be read once the batch is done.</summary>
internal sealed class ScoredImage(ScoringBatch batch)
{
    public ScoringBatch Batch => batch;

    /// <summary>Width in pixels.</summary>
    public int Width { get; set; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; set; }

    /// <summary>Why the image could not be read.</summary>
    public Exception? Error { get; set; }

    /// <summary>What was not as it should be, though the image was used.</summary>
    public string? Warning { get; set; }

    public IReadOnlyList<Detection> Detections { get; set; } = [];
}
