namespace Yolo.Model.Weights;

/// <summary>A number for each color.</summary>
/// <param name="Red">That of red.</param>
/// <param name="Green">That of green.</param>
/// <param name="Blue">That of blue.</param>
public readonly record struct ColorValues(float Red, float Green, float Blue)
{
    internal float this[int channel] => channel switch { 0 => Red, 1 => Green, _ => Blue };
}

/// <summary>The pixels that a backbone was trained on: <c>(x * Range - Mean) / Deviation</c> of each color x, which runs from 0 to 1
/// here.</summary>
/// <param name="BlueFirst">Whether its channels are blue, green, red rather than red, green, blue.</param>
/// <param name="Range">The largest value before the mean is taken away: 1 or 255.</param>
/// <param name="Mean">What is taken away, in units of <paramref name="Range"/>.</param>
/// <param name="Deviation">What the rest is divided by, in units of <paramref name="Range"/>.</param>
public sealed record BackboneInput(bool BlueFirst, float Range, ColorValues Mean, ColorValues Deviation)
{
    private const int Colors = 3;

    /// <summary>Red first, 0 to 1, mean (0.485, 0.456, 0.406), deviation (0.229, 0.224, 0.225): torchvision's and most others'
    /// (pytorch/vision, transforms/_presets.py).</summary>
    public static BackboneInput ImageNet { get; } = new(BlueFirst: false, Range: 1, new(0.485f, 0.456f, 0.406f), new(0.229f, 0.224f, 0.225f));

    /// <summary>Blue first, 0 to 255, mean (123.15, 115.90, 103.06) in red, green, blue, not divided: ML.NET's package
    /// Microsoft.ML.DnnImageFeaturizer.ResNet18. The mean is that
    /// of each channel of the mean image in its <c>ResNetPreprocess.onnx</c>.</summary>
    public static BackboneInput DnnImageFeaturizer { get; } = new(BlueFirst: true, Range: 255, new(123.15f, 115.90f, 103.06f), new(1, 1, 1));

    /// <summary>The 1 x 1 convolution that makes these pixels of RGB from 0 to 1.</summary>
    internal ConvolutionWeights ToConvolution()
    {
        float[] kernel = new float[Colors * Colors], biases = new float[Colors];
        for (int color = 0; color < Colors; color++)
        {
            int channel = BlueFirst ? Colors - 1 - color : color;
            kernel[channel * Colors + color] = Range / Deviation[color];
            biases[channel] = -Mean[color] / Deviation[color];
        }
        return new() { Kernel = kernel, Biases = biases };
    }
}
