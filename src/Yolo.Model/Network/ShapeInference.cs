using System.Collections.Immutable;
using Yolo.Model.Encoding;

namespace Yolo.Model.Network;

/// <summary>Connects layers: what each is given and what it makes.</summary>
internal static class ShapeInference
{
    /// <summary>The layers with their shapes filled in.</summary>
    /// <exception cref="ArgumentException">A layer does not fit; the message starts with its index.</exception>
    public static ImmutableArray<Layer> Infer(FeatureShape input, IEnumerable<Layer> layers)
    {
        if (input is not { Channels: > 0, Height: > 0, Width: > 0 })
            throw new ArgumentException($"The input is {input}; every side must be at least 1.", nameof(input));
        var result = ImmutableArray.CreateBuilder<Layer>();
        foreach (var layer in layers)
            result.Add(Connect(layer, result.Count == 0 ? input : result[^1].Output, result));
        if (result.Count == 0)
            throw new ArgumentException("A network needs at least one layer.", nameof(layers));
        return result.DrainToImmutable();
    }

    private static Layer Connect(Layer layer, FeatureShape input, IReadOnlyList<Layer> before) => layer switch
    {
        ConvolutionalLayer convolution => convolution with { Input = input, Output = Convolve(convolution, input, before.Count) },
        MaxPoolLayer pool => pool with { Input = input, Output = Pool(pool, input, before.Count) },
        RouteLayer route => Concatenate(route, before),
        ReorgLayer reorg => reorg with { Input = input, Output = Reorganise(reorg, input, before.Count) },
        RegionLayer region => region with { Input = input, Output = Interpret(region, input, before.Count) },
        _ => throw new ArgumentException($"Layer {before.Count}: {layer.GetType().Name} is not a layer of this library."),
    };

    private static FeatureShape Convolve(ConvolutionalLayer layer, FeatureShape input, int index)
    {
        Require(layer is { Filters: > 0, Size: > 0, Stride: > 0, Padding: >= 0 }, index, "filters, size and stride must be at least 1 and padding at least 0");
        int height = Steps(input.Height + 2L * layer.Padding, layer.Size, layer.Stride), width = Steps(input.Width + 2L * layer.Padding, layer.Size, layer.Stride);
        Require(height > 0 && width > 0, index, $"a {layer.Size} x {layer.Size} kernel does not fit an input of {input}");
        return new(layer.Filters, height, width);
    }

    private static FeatureShape Pool(MaxPoolLayer layer, FeatureShape input, int index)
    {
        Require(layer is { Size: > 0, Stride: > 0, Padding: >= 0 }, index, "size and stride must be at least 1 and padding at least 0");
        int height = Steps(input.Height + (long)layer.Padding, layer.Size, layer.Stride), width = Steps(input.Width + (long)layer.Padding, layer.Size, layer.Stride);
        Require(height > 0 && width > 0, index, $"a {layer.Size} x {layer.Size} window does not fit an input of {input}");
        return new(input.Channels, height, width);
    }

    private static RouteLayer Concatenate(RouteLayer route, IReadOnlyList<Layer> before)
    {
        int index = before.Count;
        Require(!route.Sources.IsDefaultOrEmpty, index, "a route needs at least one source");
        foreach (int source in route.Sources)
            Require(source >= 0 && source < index, index, $"a route to layer {source}, but only layers 0 to {index - 1} come before it");
        var first = before[route.Sources[0]].Output;
        int channels = 0;
        foreach (int source in route.Sources)
        {
            var shape = before[source].Output;
            Require(shape.Width == first.Width && shape.Height == first.Height, index, $"layer {source} makes {shape}, which cannot be joined to layer {route.Sources[0]}'s {first}");
            channels = checked(channels + shape.Channels);
        }
        return route with { Input = first, Output = first with { Channels = channels } };
    }

    private static FeatureShape Reorganise(ReorgLayer layer, FeatureShape input, int index)
    {
        int stride = layer.Stride;
        Require(stride > 0, index, "stride must be at least 1");
        Require(input.Width % stride == 0 && input.Height % stride == 0, index, $"an input of {input} cannot be divided into {stride} x {stride} blocks");
        Require(layer.Kind == ReorgKind.SpaceToDepth || input.Channels % (stride * stride) == 0, index, $"{input.Channels} channels cannot be divided by {stride * stride}, as Darknet's reorg needs");
        return new(checked(input.Channels * stride * stride), input.Height / stride, input.Width / stride);
    }

    private static FeatureShape Interpret(RegionLayer layer, FeatureShape input, int index)
    {
        Require(layer.Classes > 0, index, "a region needs at least one class");
        int planes = checked(layer.Anchors.Count * (RegionLayout.BoxEntries + layer.Classes));
        Require(input.Channels == planes, index, $"{layer.Anchors.Count} anchors and {layer.Classes} classes need {planes} channels, the layer before makes {input.Channels}");
        return input;
    }

    private static int Steps(long length, int size, int stride) => length < size ? 0 : checked((int)((length - size) / stride + 1));

    private static void Require(bool condition, int index, string message)
    {
        if (!condition)
            throw new ArgumentException($"Layer {index}: {message}.");
    }
}
