namespace Yolo.Model.Network;

/// <summary>The layers of ResNet-18 and -34 before the pooling of the last map (He et al., "Deep Residual Learning", table 1), as the
/// built-in networks begin with them.</summary>
/// <remarks>The first layer turns pixels into those that the backbone was trained on. As a layer of its own it has its padding right, too:
/// folded into the stem, black would
/// stand for the mean color around each image, which moves the stem's border by 0.4 of its largest value. A projection is a maxpool of one
/// pixel and stride 2 and a 1 x 1 convolution of stride 1. That is the same numbers as a 1 x 1 convolution of stride 2, which
/// pjreddie's Darknet computes wrongly: it takes the input for what the kernel sees (convolutional_layer.c,
/// <c>forward_convolutional_layer</c>, <c>size == 1</c>).</remarks>
internal static class ResNetTrunk
{
    private const int FirstWidth = 64;

    /// <summary>Side in pixels of the images that the published weights were trained on.</summary>
    private const int Side = 224;

    /// <summary>ResNet-18: 20 convolutions, and one for the pixels.</summary>
    public static NetworkDefinition ResNet18 { get; } = Create([2, 2, 2, 2]);

    /// <summary>A trunk of so many blocks in its stages, the first of 64 channels and each other of twice as many as the one
    /// before.</summary>
    public static NetworkDefinition Create(ReadOnlySpan<int> blocks)
    {
        List<Layer> layers =
        [
            new ConvolutionalLayer(Filters: 3, Size: 1, Stride: 1, Padding: 0, BatchNormalize: false, Activation.Linear),
            Convolution(FirstWidth, 7, 2, Activation.Relu),
            new MaxPoolLayer(Size: 3, Stride: 2, Padding: 2),
        ];
        int width = FirstWidth;
        foreach (int count in blocks)
        {
            for (int block = 0; block < count; block++)
                AddBlock(layers, width, halves: block == 0 && width > FirstWidth);
            width *= 2;
        }
        return new(new(3, Side, Side), layers);
    }

    private static void AddBlock(List<Layer> layers, int width, bool halves)
    {
        int input = layers.Count - 1, straight = input;
        if (halves)
        {
            layers.AddRange([new MaxPoolLayer(Size: 1, Stride: 2, Padding: 0), Convolution(width, 1, 1, Activation.Linear)]);
            straight = layers.Count - 1;
            layers.Add(new RouteLayer([input]));
        }
        layers.AddRange([Convolution(width, 3, halves ? 2 : 1, Activation.Relu), Convolution(width, 3, 1, Activation.Linear)]);
        layers.Add(new ShortcutLayer([straight], Activation.Relu));
    }

    private static ConvolutionalLayer Convolution(int filters, int size, int stride, Activation activation) =>
        new(filters, size, stride, Padding: size / 2, BatchNormalize: true, activation);
}
