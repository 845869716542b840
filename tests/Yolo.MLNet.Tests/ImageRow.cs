using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Yolo.MLNet.Tests;

/// <summary>A row that counts how often its image is read.</summary>
internal sealed class ImageRow(MLImage? image)
{
    private int _reads;

    public string Name { get; set; } = "";

    [ImageType(96, 160)]
    public MLImage? Image
    {
        get
        {
            Interlocked.Increment(ref _reads);
            return image;
        }
        set => throw new NotSupportedException();
    }

    [NoColumn]
    public int Reads => _reads;
}
