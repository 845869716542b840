using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Yolo.MLNet.Tests.Transforms;

/// <summary>An image in memory with its objects.</summary>
internal sealed class LabelledRow
{
    [ImageType(416, 416)]
    public MLImage? Image { get; set; }

    public string[] Labels { get; set; } = [];

    public float[] BoundingBoxes { get; set; } = [];

    public bool[] Difficult { get; set; } = [];

    /// <summary>An image with one object per label, its boxes one after the other.</summary>
    public static LabelledRow Create(int width, int height, string[] labels, params float[] boxes) => new()
    {
        Image = TestImages.Noise(width, height, seed: 1), Labels = labels, BoundingBoxes = boxes, Difficult = new bool[labels.Length],
    };
}
