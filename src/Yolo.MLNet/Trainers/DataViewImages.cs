using Microsoft.ML;
using Microsoft.ML.Data;
using Yolo.MLNet.Seam;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Training.Images;

namespace Yolo.MLNet.Trainers;

/// <summary>The images of a data view: some are kept in memory, the others are read again each time, by walking through the rows up to the last one wanted.</summary>
internal sealed class DataViewImages : ITrainingImages
{
    private readonly IDataView _data;
    private readonly string _imageColumn;
    private readonly NetworkDefinition _network;
    private readonly ResizeFilter _filter;
    private readonly ImageLabels[] _labels;
    private readonly TrainingImage?[] _kept;

    /// <summary>Takes labels and images in the order of the rows.</summary>
    /// <param name="data">The data; its rows come in the same order each time.</param>
    /// <param name="imageColumn">Column of the images.</param>
    /// <param name="network">The network whose input the images are reduced for.</param>
    /// <param name="filter">How they will be sampled.</param>
    /// <param name="labels">Sizes and objects.</param>
    /// <param name="kept">The images that are kept in memory; null for those that are read again.</param>
    public DataViewImages(IDataView data, string imageColumn, NetworkDefinition network, ResizeFilter filter, ImageLabels[] labels,
        TrainingImage?[] kept)
    {
        (_data, _imageColumn, _network, _filter, _labels, _kept) = (data, imageColumn, network, filter, labels, kept);
    }

    public IReadOnlyList<ImageLabels> Labels => _labels;

    /// <summary>How many images are kept in memory.</summary>
    public int Kept => _kept.Count(image => image is not null);

    /// <summary>Bytes of the images that are kept in memory.</summary>
    public long KeptBytes => _kept.Sum(image => (long)(image?.Rgb.Length ?? 0));

    /// <exception cref="InvalidDataException">A row has another image than when it was read first, or none.</exception>
    public TrainingImage[] Load(IReadOnlyList<int> indices)
    {
        var read = new SortedDictionary<int, TrainingImage?>();
        foreach (int index in indices)
        {
            if (_kept[index] is null)
                read[index] = null;
        }
        if (read.Count > 0)
            Read(read);
        var images = new TrainingImage[indices.Count];
        for (int i = 0; i < images.Length; i++)
            images[i] = _kept[indices[i]] ?? read[indices[i]]!;
        return images;
    }

    private void Read(SortedDictionary<int, TrainingImage?> wanted)
    {
        var column = _data.Schema[_imageColumn];
        using var cursor = _data.GetRowCursor([column]);
        var getImage = cursor.GetGetter<MLImage?>(column);
        MLImage? image = null;
        int row = -1;
        foreach (int index in wanted.Keys.ToArray())
        {
            do
            {
                if (!cursor.MoveNext())
                    throw new InvalidDataException($"Row {index}: the data ended after {row + 1} rows, but there were {_labels.Length} when it was read first.");
            }
            while (++row < index);
            var (width, height, objects) = _labels[index];
            getImage(ref image);
            if (image is null || (image.Width, image.Height) != (width, height))
                throw new InvalidDataException($"Row {index}: its image in column '{_imageColumn}' is gone or of another size than when it was read first.");
            wanted[index] = TrainingImage.Create(image.PixelView(), objects, _filter, _network.Input.Width, _network.Input.Height);
        }
    }
}
