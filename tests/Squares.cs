using Yolo.Model.Anchors;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo;

/// <summary>A problem that a network of some thousand weights learns in seconds: one red or blue square on grey. Linked into Yolo.Model.Tests and Yolo.TrainingProcess.</summary>
internal static class Squares
{
    /// <summary>Options without chance, averages or a schedule.</summary>
    public static TrainingOptions Plain { get; } = new()
    {
        Epochs = 2, BatchSize = 4, Augmentation = null, Precision = Precision.Float32, AverageDecay = 0, LearningRatePolicy = new ConstantPolicy { BurnInEpochs = 0 },
    };

    /// <summary>64 x 64 pixels, grid 8 x 8, two anchors, two classes.</summary>
    public static NetworkDefinition Network(bool batchNormalize, int filters = 16) => new(new(3, 64, 64),
    [
        new ConvolutionalLayer(8, 3, 2, 1, batchNormalize, Activation.Leaky),
        new ConvolutionalLayer(filters, 3, 2, 1, batchNormalize, Activation.Leaky),
        new ConvolutionalLayer(filters, 3, 2, 1, batchNormalize, Activation.Leaky),
        new ConvolutionalLayer(14, 1, 1, 0, false, Activation.Linear),
        new RegionLayer(new AnchorSet(new BoxShape(2, 2), new BoxShape(4, 4)), Classes: 2),
    ]);

    /// <summary>Grey images with one red or blue square each.</summary>
    public static List<TrainingImage> Images(int count)
    {
        var random = new Random(1);
        var images = new List<TrainingImage>();
        for (int i = 0; i < count; i++)
        {
            int side = random.Next(12, 32), left = random.Next(64 - side), top = random.Next(64 - side);
            byte[] rgb = new byte[3 * 64 * 64];
            Array.Fill(rgb, (byte)100);
            for (int y = top; y < top + side; y++)
            {
                for (int x = left; x < left + side; x++)
                    rgb[3 * (64 * y + x) + (i % 2 == 0 ? 0 : 2)] = 250;
            }
            images.Add(new(rgb, 64, 64, [new(new(left, top, left + side, top + side), i % 2)]));
        }
        return images;
    }

    /// <summary>All numbers of some weights.</summary>
    public static float[] Flatten(NetworkWeights weights) =>
        [.. weights.Convolutions.SelectMany(convolution => (float[])[.. convolution.Kernel, .. convolution.Biases, .. convolution.Scales ?? [], .. convolution.RollingMean ?? [], .. convolution.RollingVariance ?? []])];
}
