using System.Security.Cryptography;
using Xunit;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests;

/// <summary>The networks and weights that Darknet was asked about come through reading and writing unchanged.</summary>
public sealed class DarknetGoldenTests
{
    // sha256sum of the file that driver.c wrote and Darknet read. anchors3 and logistic have the 16-byte header of version 0.1.
    [Theory]
    [InlineData("voc20", "5ace251f077cb45640dcbfdde2fcd79b82ac3acdbde836269a1a7869f7741a2a")]
    [InlineData("reorg3d", "56e2f3c2ecf62bd359592a9094f5be422f76a1b456496e1e1a4058de8439df5d")]
    [InlineData("anchors3", "7a18d11b4fe4a55e4fb8652088ae60eef80950b920743ab93efcfa13a8db3df5")]
    [InlineData("anchors7", "c14ed42759f9fcdf34cdb4a2c7aae24b3a22e15bda6ade2e1190d862de1c42d2")]
    [InlineData("size608", "4a7cfb5730d4528cc13e010142e815dea5fd45284d540e597cf74a3c147edd4f")]
    [InlineData("pools", "8d170f284557f14ae2af8d09c008dab9cbaedaf3b234b122a95269567148a295")]
    [InlineData("mixed", "9d59e6494aed1ad788acdb0bce73c50cd7d493520c7a7ed76f302baccd9e636a")]
    [InlineData("logistic", "97ca54f8139d1155f8e967a4b8710869ce72af2a40f61ae7d111aa363170eba6")]
    [InlineData("letterbox-wide", "1b45f550bd4df2d4bcadfb6e417b30f0f0ffcba57450c8cc703493c0d85f73f2")]
    [InlineData("residual", "45ad6d990252eeb6494072ae09ad2c867d49c3736030cfcb881429979b00cd2e")]
    [InlineData("groups", "cca82a76fb28debcbd40ea87d8c80251ef877bfcf3c1d4cfce4aa4dac6ec5ec6")]
    [InlineData("smooth", "462f7d27c506dcf575e87aa72ac10642ac21cc18fa601325affb416ef644ed58")]
    public void Write_WeightsThatDarknetRead_GivesTheSameBytes(string name, string sha256)
    {
        var golden = DarknetGolden.Get(name);
        var network = golden.LoadNetwork();
        var weights = golden.LoadWeights(network);
        using var stream = new MemoryStream();

        DarknetWeightsFile.Write(stream, network, weights);

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(stream.ToArray())));
        Assert.Equal(DarknetGolden.Seen, weights.Seen);
    }

    public static TheoryData<string> Cases => DarknetGolden.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Write_ConfigThatDarknetRead_ParsesBackEqual(string name)
    {
        var network = DarknetGolden.Get(name).LoadNetwork();

        string text = DarknetConfig.Write(network);
        var copy = DarknetConfig.Parse(text);

        Assert.Equal(network, copy);
        Assert.Equal(network.NetOptions.OrderBy(option => option.Key), copy.NetOptions.OrderBy(option => option.Key));
        Assert.Equal(text, DarknetConfig.Write(copy));
    }
}
