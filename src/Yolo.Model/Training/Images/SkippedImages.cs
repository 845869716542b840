using System.Collections.Concurrent;
using System.Globalization;
using Yolo.Model.Data;

namespace Yolo.Model.Training.Images;

/// <summary>The images of a set that cannot be read and are left out: which ones, how many, and when there are too many. Safe to use from several threads.</summary>
/// <param name="count">Images of the set.</param>
/// <param name="onError">Whether images may be left out at all.</param>
/// <param name="maximum">Largest share of them that may be left out, 0 to 1.</param>
/// <param name="warn">Told of the first ones by name, when <see cref="Tell"/> is called.</param>
internal sealed class SkippedImages(int count, OnError onError, double maximum, Action<string>? warn)
{
    /// <summary>How many images are warned of by name; the others are only counted.</summary>
    public const int Named = 20;

    /// <summary>How many are named where there are too many.</summary>
    private const int Examples = 3;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _indices = [];
    private readonly SortedDictionary<string, int> _kinds = new(StringComparer.Ordinal);
    private readonly List<string> _messages = [];
    private readonly ConcurrentQueue<string> _untold = new();
    private int _images = count;

    /// <summary>Images of the set.</summary>
    public int Images => _images;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _indices.Count;
        }
    }

    /// <summary>Their indices, in ascending order.</summary>
    public IReadOnlyList<int> Indices
    {
        get
        {
            lock (_lock)
                return [.. _indices.Order()];
        }
    }

    /// <summary>How many there are of how many, and of what kinds; null where there are none.</summary>
    public string? Summary
    {
        get
        {
            lock (_lock)
            {
                if (_indices.Count == 0)
                    return null;
                string kinds = string.Join(", ", _kinds.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Value} {kind.Key}")));
                return string.Create(CultureInfo.InvariantCulture, $"{_indices.Count} of {_images} images could not be read and were left out: {kinds}.");
            }
        }
    }

    /// <summary>Whether an image is left out.</summary>
    public bool Contains(int index)
    {
        lock (_lock)
            return _indices.Contains(index);
    }

    /// <summary>Whether an error is of an image, and images with errors may be left out.</summary>
    public bool CanSkip(Exception error) => onError == OnError.Skip && error is InvalidDataException or IOException or UnauthorizedAccessException;

    /// <summary>Leaves an image out from now on.</summary>
    /// <param name="index">The image.</param>
    /// <param name="error">What is wrong with it; its message names the image.</param>
    /// <exception cref="InvalidDataException">There are too many of them.</exception>
    public void Add(int index, Exception error)
    {
        lock (_lock)
        {
            if (!_indices.Add(index))
                return;
            string kind = Kind(error);
            _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
            if (_messages.Count < Named)
            {
                _messages.Add(error.Message);
                _untold.Enqueue($"{error.Message} The image is left out.");
                if (_messages.Count == Named)
                    _untold.Enqueue("Further images that cannot be read are only counted.");
            }
            RequireFew(error);
        }
    }

    /// <summary>Leaves the images out that an earlier part of the run left out, or another process, without trying them.</summary>
    public void Restore(IEnumerable<int> indices, string kind = "before the run was resumed")
    {
        lock (_lock)
        {
            foreach (int index in indices)
            {
                if (_indices.Add(index))
                    _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
            }
        }
    }

    /// <summary>Says how many images the set has, where that was not known before.</summary>
    /// <exception cref="InvalidDataException">Too many of them are left out.</exception>
    public void Complete(int images)
    {
        lock (_lock)
        {
            _images = images;
            RequireFew(error: null);
        }
    }

    /// <summary>Gives the warnings that have come up since the last call, on the calling thread.</summary>
    public void Tell()
    {
        while (_untold.TryDequeue(out string? message))
            warn?.Invoke(message);
    }

    private void RequireFew(Exception? error)
    {
        if (!SkippedShare.Exceeds(_indices.Count, _images, maximum))
            return;
        throw new InvalidDataException(
            string.Create(CultureInfo.InvariantCulture,
                $"{_indices.Count} of {_images} images cannot be read; at most {100 * maximum:0.##} % may be left out (MaximumSkipped). Repair or remove them, or raise MaximumSkipped. ")
                + string.Join(" ", _messages.Take(Examples)), error);
    }

    private static string Kind(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "not there",
        UnauthorizedAccessException => "not accessible",
        InvalidDataException or EndOfStreamException => "damaged",
        _ => "not readable",
    };
}
