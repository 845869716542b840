using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Training.Images;

namespace Yolo.MLNet.Trainers;

/// <summary>What a training keeps of an image: as many pixels as scoring would look at.</summary>
/// <param name="filter">How images are sampled.</param>
/// <param name="input">The network's own input, whatever other sizes it is trained with.</param>
internal sealed class TrainingPixels(ResizeFilter filter, FeatureShape input)
{
    /// <summary>The pixels that are kept of an image.</summary>
    public byte[] Of(PixelView pixels) => TrainingImage.Create(pixels, [], filter, input.Width, input.Height).Rgb;

    /// <summary>Bytes that are kept of an image of a size.</summary>
    public int Bytes(int width, int height) => PixelReduction.Length(width, height, Factor(width, height));

    /// <summary>The image that was kept.</summary>
    public TrainingImage Image(byte[] rgb, ImageLabels labels) => new(rgb, labels.Width, labels.Height, labels.Objects) { Reduction = Factor(labels.Width, labels.Height) };

    private int Factor(int width, int height) => PixelReduction.Factor(filter, width, height, input.Width, input.Height);
}
