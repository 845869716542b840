namespace Yolo.Model.Quantization;

/// <summary>Ranges of what a convolution makes.</summary>
/// <param name="Linear">Its sums with the bias, before the activation.</param>
/// <param name="Activated">What the next layer but a pooling one reads: after the activation, and after max pooling where that alone follows.</param>
public readonly record struct ConvolutionRanges(ActivationRange Linear, ActivationRange Activated);
