using Xunit;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Network;

public sealed class NetworkSummaryTests
{
    // Parameters as in the notebook's summary: conv_1 864 with norm_1 128; conv_21 32,768 with norm_21 256; conv_23 102,500; concatenate_1 of lambda_2, leaky_re_lu_41.
    [Theory]
    [InlineData(0, " #  Layer                                     Output shape         Params  Connected to")]
    [InlineData(1, "=======================================================================================")]
    [InlineData(2, "    input                                     416 x 416 x 3             0")]
    [InlineData(3, " 0  convolutional 3x3 / 1, batch norm, leaky  416 x 416 x 32          992  input")]
    [InlineData(4, " 1  maxpool 2x2 / 2                           208 x 208 x 32            0  0")]
    [InlineData(29, "26  convolutional 1x1 / 1, batch norm, leaky  26 x 26 x 64         33,024  25")]
    [InlineData(30, "27  reorg3d / 2                               13 x 13 x 256             0  26")]
    [InlineData(31, "28  route                                     13 x 13 x 1280            0  27, 24")]
    [InlineData(33, "30  convolutional 1x1 / 1                     13 x 13 x 100       102,500  29")]
    [InlineData(34, "31  region, 4 anchors, 20 classes             13 x 13 x 100             0  30")]
    [InlineData(36, "Total params: 50,650,436")]
    [InlineData(37, "Trainable params: 50,629,764")]
    [InlineData(38, "Non-trainable params: 20,672")]
    public void Format_Notebook_HasTheNotebooksNumbers(int line, string expected)
    {
        string[] lines = NetworkSummary.Format(YoloV2Network.Notebook).Split('\n');

        Assert.Equal(39, lines.Length);
        Assert.Equal(expected, lines[line]);
    }

    // Shapes as in the table that both Darknets print of Golden/darknet/groups.cfg and residual.cfg. Parameters by hand: depth-wise 12 * 9
    // + 4 * 12; 4 groups of 24 filters 24 / 4 * 24 * 9 + 4 * 24.
    [Theory]
    [InlineData("groups", 1, " 1  convolutional 3x3 / 2, 12 groups, batch norm, logistic  16 x 16 x 12     156  0")]
    [InlineData("groups", 3, " 3  convolutional 3x3 / 2, 4 groups, batch norm, relu       8 x 8 x 24     1,392  2")]
    [InlineData("groups", 5, " 5  avgpool                                                 1 x 1 x 16         0  4")]
    [InlineData("groups", 7, " 7  upsample / 8                                            8 x 8 x 16         0  6")]
    [InlineData("groups", 8, " 8  shortcut, relu                                          8 x 8 x 16         0  7, 4")]
    [InlineData("groups", 10, "10  route                                                   16 x 16 x 40       0  9, 2")]
    [InlineData("smooth", 4, "4  shortcut, mish                                      16 x 8 x 16        0  3, 2, 1, 1")]
    [InlineData("smooth", 6, "6  shortcut, swish                                     16 x 8 x 16        0  5, 4, 3")]
    public void Format_LayersOfOtherNetworks_NamesWhatTheyJoin(string name, int layer, string expected) =>
        Assert.Equal(expected, NetworkSummary.Format(DarknetConfig.Load(TestPaths.Golden($"darknet/{name}.cfg"))).Split('\n')[layer + 3]);
}
