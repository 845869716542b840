using Microsoft.ML.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Data;
using Yolo.Model.Training.Images;

namespace Yolo.MLNet.Data;

/// <summary>Labelled images, and what is known of whether they can be decoded. Safe to use from several threads.</summary>
internal sealed class LabelledImageRows(IReadOnlyList<LabelledImage> images, OnError onError, double maximumSkipped, Action<string>? warn)
{
    private readonly SkippedImages _skipped = new(images.Count, onError, maximumSkipped, warn);
    private readonly bool[] _decoded = new bool[images.Count];

    /// <summary>All of them, those that are left out included.</summary>
    public IReadOnlyList<LabelledImage> Images => images;

    /// <summary>How many are not left out.</summary>
    public int Count => images.Count - _skipped.Count;

    /// <summary>Whether a row is left out, as far as that is known.</summary>
    public bool IsSkipped(int index) => _skipped.Contains(index);

    /// <summary>Whether nobody knows yet whether a row is to be left out.</summary>
    public bool IsUntried(int index) => onError == OnError.Skip && !_decoded[index];

    /// <summary>Decodes an image.</summary>
    public MLImage Decode(int index)
    {
        // What a file lacks is said when it is read first.
        var image = MLImages.Decode(images[index].Path, images[index].Orientation, _decoded[index] ? null : warn);
        _decoded[index] = true;
        return image;
    }

    /// <summary>Decodes an image; null where it cannot be and its row is left out from now on.</summary>
    /// <exception cref="InvalidDataException">Too many are left out.</exception>
    public MLImage? TryDecode(int index)
    {
        try
        {
            return Decode(index);
        }
        catch (Exception error) when (_skipped.CanSkip(error))
        {
            _skipped.Add(index, error);
            return null;
        }
        finally
        {
            _skipped.Tell();
        }
    }
}
