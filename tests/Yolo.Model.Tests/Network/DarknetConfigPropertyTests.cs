using CsCheck;
using Xunit;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Network;

public sealed class DarknetConfigPropertyTests
{
    [Fact]
    public void Parse_OfAnyNetworkWritten_GivesTheNetwork() =>
        Properties.Networks.Sample(
            network =>
            {
                string text = DarknetConfig.Write(network);
                var read = DarknetConfig.Parse(text);

                Assert.Equal(network, read);
                Assert.Equal(network.Region.Anchors, read.Region.Anchors);
                Assert.Equal(text, DarknetConfig.Write(read));
            },
            iter: 2_000, threads: 1, print: DarknetConfig.Write);

    // The .cfg gives sides of the input and layers; what follows from them is reckoned anew here: Darknet's convolutional_layer.c and maxpool_layer.c, (side + 2 pad - size) / stride + 1.
    [Fact]
    public void Parse_OfAnyNetwork_HasDarknetsWidths() =>
        Properties.Networks.Sample(
            network =>
            {
                int width = network.Input.Width;
                for (int i = 0; i < network.Layers.Length; i++)
                {
                    width = network.Layers[i] switch
                    {
                        ConvolutionalLayer layer => (width + 2 * layer.Padding - layer.Size) / layer.Stride + 1,
                        MaxPoolLayer layer => (width + layer.Padding - layer.Size) / layer.Stride + 1,
                        ReorgLayer layer => width / layer.Stride,
                        UpsampleLayer layer => width * layer.Stride,
                        AveragePoolLayer => 1,
                        RouteLayer layer => network.Layers[layer.Sources[0]].Output.Width,
                        _ => width,
                    };
                    Assert.Equal(width, network.Layers[i].Output.Width);
                }
            },
            iter: 2_000, threads: 1, print: DarknetConfig.Write);
}
