using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Training.Images;

namespace Yolo.MLNet.Trainers;

/// <summary>What a training keeps of an image: averaged down by the largest factor that leaves it twice as wide and as high as the input, which is detail that crops of it can still show.</summary>
internal static class TrainingPixels
{
    /// <summary>The pixels of an image, without objects.</summary>
    public static TrainingImage Of(PixelView pixels, NetworkDefinition network) => TrainingImage.Create(pixels, []).Shrink(Factor(pixels.Width, pixels.Height, network));

    /// <summary>Size and objects of the image as <see cref="Of"/> keeps it.</summary>
    public static ImageLabels Labels(ImageLabels full, NetworkDefinition network) => full.Shrink(Factor(full.Width, full.Height, network));

    /// <summary>Bytes that are kept of an image.</summary>
    public static long Bytes(ImageLabels labels) => 3L * labels.Width * labels.Height;

    private static int Factor(int width, int height, NetworkDefinition network) => Math.Max(1, Math.Min(width / (2 * network.Input.Width), height / (2 * network.Input.Height)));
}
