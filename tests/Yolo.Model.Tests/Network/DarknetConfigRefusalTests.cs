using Xunit;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Network;

/// <summary>What <see cref="DarknetConfig"/> refuses, and how it says so.</summary>
public sealed class DarknetConfigRefusalTests
{
    private const string Net = "[net]\nwidth=64\nheight=32\nchannels=3\n";

    [Theory]
    [InlineData("", "net.cfg(1): no [net] section.")]
    [InlineData("width=3\n", "net.cfg(1): 'width=3' comes before the first section.")]
    [InlineData("\n[convolutional]\nfilters=1\n", "net.cfg(2): [convolutional]: the first section must be [net].")]
    [InlineData("[net]\nwidth=64\nheight=32\n[convolutional]\n", "net.cfg(1): [net] has no channels.")]
    [InlineData("[net]\nwidth=64\nheight=0\nchannels=3\n[maxpool]\n", "net.cfg(3): [net] has height=0, where at least 1 is expected.")]
    [InlineData("[net]\nwidth=2000000000\nheight=2000000000\nchannels=2000000000\n[maxpool]\n", "net.cfg(1): [net]: 2000000000 x 2000000000 x 2000000000 is more than 536870911 values.")]
    [InlineData(Net, "net.cfg(1): [net]: no layer comes behind it.")]
    [InlineData(Net + "[net]\n", "net.cfg(5): [net]: only the first section may be [net].")]
    [InlineData(Net + "[maxpool\nsize=2\n", "net.cfg(5): '[maxpool' is no [section].")]
    [InlineData(Net + "[maxpool]\nsize 2\n", "net.cfg(6): 'size2' is neither a [section] nor key=value.")]
    [InlineData(Net + "[maxpool]\nsize=\n", "net.cfg(6): 'size=' is neither a [section] nor key=value.")]
    [InlineData(Net + "[maxpool]\nsize=2.5\n", "net.cfg(6): [maxpool] has size=2.5, where an integer is expected.")]
    [InlineData(Net + "[maxpool]\nsize=2\nstride=0\n", "net.cfg(7): [maxpool] has stride=0, where at least 1 is expected.")]
    [InlineData(Net + "[maxpool]\nsize=2\npadding=2\n", "net.cfg(5): [maxpool]: a padding of 2 must be smaller than the window, 2.")]
    [InlineData(Net + "[convolutional]\nsize=33\nactivation=leaky\n", "net.cfg(5): [convolutional]: a 33 x 33 window does not fit an input of 64 x 32 x 3.")]
    [InlineData(Net + "[convolutional]\nfilters=2000000000\nsize=2000000000\nactivation=leaky\n", "net.cfg(5): [convolutional]: a kernel of 2000000000 x 3 x 2000000000 x 2000000000 is more than 536870911 values.")]
    [InlineData(Net + "[convolutional]\nfilters=100000000\nactivation=leaky\n", "net.cfg(5): [convolutional]: an output of 64 x 32 x 100000000 is more than 536870911 values.")]
    [InlineData(Net + "[convolutional]\nsize=2\npadding=2000000000\nactivation=leaky\n", "net.cfg(5): [convolutional]: an output of 4000000063 x 4000000031 x 1 is more than 536870911 values.")]
    [InlineData("[net]\nwidth=1\nheight=1\nchannels=16384\n[convolutional]\nfilters=16384\nactivation=leaky\n[convolutional]\nfilters=16384\nactivation=leaky\n",
        "net.cfg(8): [convolutional]: the weights up to this layer are more than 536870911 values.")]
    [InlineData(Net + "[convolutional]\nfilters=99999999999\nactivation=leaky\n", "net.cfg(6): [convolutional] has filters=99999999999, where an integer is expected.")]
    [InlineData(Net + "[maxpool]\n[route]\n", "net.cfg(6): [route] has no layers.")]
    [InlineData(Net + "[maxpool]\n[route]\nlayers=-1,-2\n", "net.cfg(7): [route] has layers=-2, but 1 layers come before it.")]
    [InlineData(Net + "[maxpool]\n[route]\nlayers=1\n", "net.cfg(7): [route] has layers=1, but 1 layers come before it.")]
    [InlineData(Net + "[maxpool]\n[maxpool]\nstride=2\n[route]\nlayers=0,1\n", "net.cfg(8): [route]: layer 1 makes 32 x 16 x 3, which cannot be joined to layer 0's 64 x 32 x 3.")]
    [InlineData(Net + "[maxpool]\n[shortcut]\nactivation=relu\n", "net.cfg(6): [shortcut] has no from.")]
    [InlineData(Net + "[maxpool]\n[shortcut]\nfrom=-1,-2\n", "net.cfg(7): [shortcut] has from=-2, but 1 layers come before it.")]
    [InlineData(Net + "[maxpool]\n[maxpool]\nstride=2\n[shortcut]\nfrom=0\n", "net.cfg(8): [shortcut]: layer 0 makes 64 x 32 x 3, which cannot be added to 32 x 16 x 3.")]
    [InlineData(Net + "[convolutional]\nfilters=6\nactivation=relu\ngroups=2\n", "net.cfg(5): [convolutional]: 2 groups cannot divide 3 channels and 6 filters.")]
    [InlineData(Net + "[convolutional]\nfilters=4\nactivation=relu\ngroups=3\n", "net.cfg(5): [convolutional]: 3 groups cannot divide 3 channels and 4 filters.")]
    [InlineData(Net + "[convolutional]\nactivation=relu\ngroups=0\n", "net.cfg(7): [convolutional] has groups=0, where at least 1 is expected.")]
    [InlineData(Net + "[upsample]\nstride=2000000000\n", "net.cfg(5): [upsample]: an output of 128000000000 x 64000000000 x 3 is more than 536870911 values.")]
    [InlineData(Net + "[reorg]\nstride=2\n", "net.cfg(5): [reorg]: 3 channels cannot be divided by 4, as Darknet's reorg needs.")]
    [InlineData(Net + "[reorg3d]\nstride=3\n", "net.cfg(5): [reorg3d]: an input of 64 x 32 x 3 cannot be divided into 3 x 3 blocks.")]
    [InlineData(Net + "[reorg3d]\nstride=2000000000\n", "net.cfg(5): [reorg3d]: an input of 64 x 32 x 3 cannot be divided into 2000000000 x 2000000000 blocks.")]
    [InlineData(Net + "[region]\nnum=5\nanchors=1,1,2,2,3,3,4,4\n", "net.cfg(7): [region] has num=5 but 4 anchor pairs.")]
    [InlineData(Net + "[region]\nnum=2\nanchors=1,1,2\n", "net.cfg(7): [region] has 3 anchor values, where pairs of width and height are expected.")]
    [InlineData(Net + "[region]\nanchors=1,x\n", "net.cfg(6): [region] has anchors with 'x', where a finite number is expected.")]
    [InlineData(Net + "[region]\nanchors=1,nan\n", "net.cfg(6): [region] has anchors with 'nan', where a finite number is expected.")]
    [InlineData(Net + "[region]\nanchors=1,-2\n", "net.cfg(6): [region] has an anchor side of -2, where a positive number is expected.")]
    [InlineData(Net + "[region]\nnum=1000000000\n", "net.cfg(6): [region] has num=1000000000, more than 10000 anchors.")]
    [InlineData(Net + "[region]\nclasses=2000000000\n", "net.cfg(5): [region]: 1 anchors and 2000000000 classes need 2000000005 channels, but the layer before makes 3.")]
    [InlineData(Net + "[convolutional]\nfilters=14\nactivation=linear\n[region]\nnum=2\nclasses=2\n[route]\nlayers=0\n", "net.cfg(11): [route]: nothing may come behind a region layer.")]
    [InlineData(Net + "[convolutional]\nfilters=125\nactivation=linear\n[region]\nnum=1\nclasses=20\n", "net.cfg(8): [region]: 1 anchors and 20 classes need 25 channels, but the layer before makes 125.")]
    public void Parse_MalformedText_NamesTheLine(string text, string message)
    {
        var exception = Assert.Throws<InvalidDataException>(() => DarknetConfig.Parse(text, "net.cfg"));

        Assert.Equal(message, exception.Message);
    }

    [Theory]
    [InlineData("[maxpool]\n[yolo]\nmask=0\n",
        "net.cfg(6): [yolo] layers are not supported; known are convolutional, maxpool, avgpool, upsample, route, shortcut, reorg, reorg3d and region.")]
    [InlineData("[maxpool]\n[shortcut]\nfrom=-1\nweights_type=per_channel\n", "net.cfg(8): [shortcut] has weights_type=per_channel, which is not supported.")]
    [InlineData("[maxpool]\n[shortcut]\nfrom=-1\nalpha=.5\n", "net.cfg(8): [shortcut] has alpha=.5, which is not supported.")]
    [InlineData("[maxpool]\n[shortcut]\nfrom=-1\nactivation=tanh\n",
        "net.cfg(8): [shortcut] has activation=tanh; only linear, leaky, relu, logistic, swish, mish are supported.")]
    [InlineData("[upsample]\nstride=2\nscale=.5\n", "net.cfg(7): [upsample] has scale=.5, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\nsize=3\ndilation=2\n", "net.cfg(8): [convolutional] has dilation=2, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\nstride=2\nstride_x=1\n", "net.cfg(8): [convolutional] has stride_x=1, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\nbatch_normalize=2\n", "net.cfg(7): [convolutional] has batch_normalize=2, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\nantialiasing=1\n", "net.cfg(7): [convolutional] has antialiasing=1, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\nshare_index=0\n", "net.cfg(7): [convolutional] has share_index=0, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\ndontload=1\n", "net.cfg(7): [convolutional] has dontload=1, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\nnumload=5\n", "net.cfg(7): [convolutional] has numload=5, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\ndontloadscales=1\n", "net.cfg(7): [convolutional] has dontloadscales=1, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\nflipped=1\n", "net.cfg(7): [convolutional] has flipped=1, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\nxnor=1\n", "net.cfg(7): [convolutional] has xnor=1, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\nsize=3\nstretch=1\n", "net.cfg(8): [convolutional] has stretch=1, which is not supported.")]
    [InlineData("[convolutional]\nactivation=leaky\npadding=1\n", "net.cfg(7): [convolutional] has padding=1 with size=1, which Darknet computes wrongly.")]
    [InlineData("[maxpool]\nantialiasing=1\n", "net.cfg(6): [maxpool] has antialiasing=1, which is not supported.")]
    [InlineData("[maxpool]\nstride=2\nstride_y=1\n", "net.cfg(7): [maxpool] has stride_y=1, which is not supported.")]
    [InlineData("[maxpool]\nmaxpool_zero_nonmax=1\n", "net.cfg(6): [maxpool] has maxpool_zero_nonmax=1, which is not supported.")]
    [InlineData("[maxpool]\nmaxpool_depth=1\n", "net.cfg(6): [maxpool] has maxpool_depth=1, which is not supported.")]
    [InlineData("[maxpool]\n[route]\nlayers=-1\ngroups=2\n", "net.cfg(8): [route] has groups=2, which is not supported.")]
    [InlineData("[reorg]\nstride=1\nreverse=1\n", "net.cfg(7): [reorg] has reverse=1, which is not supported.")]
    [InlineData("[region]\ncoords=5\n", "net.cfg(6): [region] has coords=5, which is not supported.")]
    [InlineData("[region]\nbackground=1\n", "net.cfg(6): [region] has background=1, which is not supported.")]
    [InlineData("[region]\nclassfix=-1\n", "net.cfg(6): [region] has classfix=-1, which is not supported.")]
    [InlineData("[reorg3d]\nreverse=1\n", "net.cfg(6): [reorg3d] has reverse=1, which is not supported.")]
    [InlineData("[reorg]\nflatten=1\n", "net.cfg(6): [reorg] has flatten=1, which is not supported.")]
    [InlineData("[reorg]\nextra=8\n", "net.cfg(6): [reorg] has extra=8, which is not supported.")]
    [InlineData("[region]\nmap=data/coco9k.map\n", "net.cfg(6): [region] has map=data/coco9k.map, which is not supported.")]
    [InlineData("[region]\ntree=data/9k.tree\n", "net.cfg(6): [region] has tree=data/9k.tree, which is not supported.")]
    public void Parse_WhatTheLibraryLacks_IsRefusedWithItsLine(string layers, string message)
    {
        var exception = Assert.Throws<NotSupportedException>(() => DarknetConfig.Parse(Net + layers, "net.cfg"));

        Assert.Equal(message, exception.Message);
    }

    // Every section that AlexeyAB's and pjreddie's parser.c (string_to_layer_type) know beyond YOLOv2's.
    [Theory]
    [InlineData("yolo")]
    [InlineData("Gaussian_yolo")]
    [InlineData("local")]
    [InlineData("local_avgpool")]
    [InlineData("connected")]
    [InlineData("conn")]
    [InlineData("local_avg")]
    [InlineData("soft")]
    [InlineData("lrn")]
    [InlineData("deconvolutional")]
    [InlineData("dropout")]
    [InlineData("softmax")]
    [InlineData("contrastive")]
    [InlineData("cost")]
    [InlineData("detection")]
    [InlineData("crop")]
    [InlineData("batchnorm")]
    [InlineData("normalization")]
    [InlineData("l2norm")]
    [InlineData("logistic")]
    [InlineData("activation")]
    [InlineData("rnn")]
    [InlineData("gru")]
    [InlineData("lstm")]
    [InlineData("conv_lstm")]
    [InlineData("crnn")]
    [InlineData("history")]
    [InlineData("implicit")]
    [InlineData("scale_channels")]
    [InlineData("sam")]
    [InlineData("empty")]
    [InlineData("silence")]
    [InlineData("iseg")]
    [InlineData("Region")]
    public void Parse_LayerOfAnotherNetwork_IsRefusedWithItsLine(string layer)
    {
        var exception = Assert.Throws<NotSupportedException>(() => DarknetConfig.Parse($"{Net}[maxpool]\n[{layer}]\nfrom=-1\n", "net.cfg"));

        Assert.StartsWith($"net.cfg(6): [{layer}] layers are not supported", exception.Message, StringComparison.Ordinal);
    }

    // Every other name that get_activation in activations.c knows, and one in another case, for which Darknet takes ReLU.
    [Theory]
    [InlineData("relu6")]
    [InlineData("elu")]
    [InlineData("selu")]
    [InlineData("gelu")]
    [InlineData("hard_mish")]
    [InlineData("relie")]
    [InlineData("ramp")]
    [InlineData("revleaky")]
    [InlineData("lhtan")]
    [InlineData("loggy")]
    [InlineData("hardtan")]
    [InlineData("plse")]
    [InlineData("stair")]
    [InlineData("tanh")]
    [InlineData("normalize_channels")]
    [InlineData("normalize_channels_softmax")]
    [InlineData("normalize_channels_softmax_maxval")]
    [InlineData("Leaky")]
    public void Parse_OtherActivation_IsRefusedWithItsLine(string activation)
    {
        var exception = Assert.Throws<NotSupportedException>(() => DarknetConfig.Parse($"{Net}[convolutional]\nactivation={activation}\n", "net.cfg"));

        Assert.Equal($"net.cfg(6): [convolutional] has activation={activation}; only linear, leaky, relu, logistic, swish, mish are supported.", exception.Message);
    }
}
