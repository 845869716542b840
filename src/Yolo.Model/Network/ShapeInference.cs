using System.Collections.Immutable;

namespace Yolo.Model.Network;

/// <summary>Connects layers: what each is given and what it makes.</summary>
internal static class ShapeInference
{
    /// <summary>Most floats that one map, one kernel or all weights together may have, 2 GiB: what a span of bytes can address, and an ONNX file hold.</summary>
    public const int MaxFloats = int.MaxValue / sizeof(float);

    private const int InputIndex = -1;

    /// <summary>The layers with their shapes filled in. Nothing is allocated that grows with the shapes.</summary>
    /// <exception cref="LayerMismatchException">The input is empty or too large, or a layer does not fit.</exception>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public static ImmutableArray<Layer> Infer(FeatureShape input, IEnumerable<Layer> layers)
    {
        Require(input is { Channels: > 0, Height: > 0, Width: > 0 }, InputIndex, $"{input}, where every side must be at least 1");
        Require(Product(input.Channels, input.Height, input.Width) <= MaxFloats, InputIndex, $"{input} is more than {MaxFloats} values");
        var result = ImmutableArray.CreateBuilder<Layer>();
        long weights = 0;
        foreach (var layer in layers)
        {
            // Darknet would hand on scores instead of the raw map; several heads belong to YOLOv3.
            Require(result.Count == 0 || result[^1] is not RegionLayer, result.Count, "nothing may come behind a region layer");
            result.Add(Connect(layer, result.Count == 0 ? input : result[^1].Output, result));
            weights += result[^1] is ConvolutionalLayer convolution ? convolution.WeightCount : 0;
            Require(weights <= MaxFloats, result.Count - 1, $"the weights up to this layer are more than {MaxFloats} values");
        }
        if (result.Count == 0)
            throw new ArgumentException("A network needs at least one layer.", nameof(layers));
        return result.DrainToImmutable();
    }

    private static Layer Connect(Layer layer, FeatureShape input, IReadOnlyList<Layer> before) => layer switch
    {
        ConvolutionalLayer convolution => convolution with { Input = input, Output = Convolve(convolution, input, before.Count) },
        MaxPoolLayer pool => pool with { Input = input, Output = Pool(pool, input, before.Count) },
        AveragePoolLayer pool => pool with { Input = input, Output = input with { Width = 1, Height = 1 } },
        UpsampleLayer upsample => upsample with { Input = input, Output = Enlarge(upsample, input, before.Count) },
        RouteLayer route => Concatenate(route, before),
        ShortcutLayer shortcut => Add(shortcut, input, before),
        ReorgLayer reorg => reorg with { Input = input, Output = Reorganise(reorg, input, before.Count) },
        RegionLayer region => region with { Input = input, Output = Interpret(region, input, before.Count) },
        _ => throw new LayerMismatchException(before.Count, $"{layer?.GetType().Name ?? "null"} is not a layer of this library"),
    };

    private static FeatureShape Convolve(ConvolutionalLayer layer, FeatureShape input, int index)
    {
        Require(layer is { Filters: > 0, Size: > 0, Stride: > 0, Padding: >= 0 }, index, "filters, size and stride must be at least 1 and padding at least 0");
        RequireDefined(layer.Activation, index);
        Require(layer.Groups > 0 && input.Channels % layer.Groups == 0 && layer.Filters % layer.Groups == 0, index,
            $"{layer.Groups} groups cannot divide {input.Channels} channels and {layer.Filters} filters");
        Require(Product(layer.Filters, input.Channels / layer.Groups, layer.Size, layer.Size) <= MaxFloats, index,
            $"a kernel of {layer.Filters} x {input.Channels / layer.Groups} x {layer.Size} x {layer.Size} is more than {MaxFloats} values");
        return Shape(layer.Filters, Slide(input, 2L * layer.Padding, layer.Size, layer.Stride, index), index);
    }

    private static FeatureShape Pool(MaxPoolLayer layer, FeatureShape input, int index)
    {
        Require(layer is { Size: > 0, Stride: > 0, Padding: >= 0 }, index, "size and stride must be at least 1 and padding at least 0");
        // A window that lies wholly in the padding would have no maximum: Darknet gives -FLT_MAX, TorchSharp and ONNX refuse it.
        Require(layer.Padding < layer.Size, index, $"a padding of {layer.Padding} must be smaller than the window, {layer.Size}");
        return Shape(input.Channels, Slide(input, layer.Padding, layer.Size, layer.Stride, index), index);
    }

    private static RouteLayer Concatenate(RouteLayer route, IReadOnlyList<Layer> before)
    {
        int index = before.Count;
        RequireSources(route, "route", index);
        var first = before[route.Sources[0]].Output;
        long channels = 0;
        foreach (int source in route.Sources)
        {
            var shape = before[source].Output;
            Require(shape.Width == first.Width && shape.Height == first.Height, index, $"layer {source} makes {shape}, which cannot be joined to layer {route.Sources[0]}'s {first}");
            channels += shape.Channels;
        }
        return route with { Input = first, Output = Shape(channels, (first.Height, first.Width), index) };
    }

    private static ShortcutLayer Add(ShortcutLayer shortcut, FeatureShape input, IReadOnlyList<Layer> before)
    {
        int index = before.Count;
        RequireSources(shortcut, "shortcut", index);
        RequireDefined(shortcut.Activation, index);
        foreach (int source in shortcut.Sources)
            Require(before[source].Output == input, index, $"layer {source} makes {before[source].Output}, which cannot be added to {input}");
        return shortcut with { Input = input, Output = input };
    }

    private static void RequireSources(JoiningLayer layer, string name, int index)
    {
        Require(!layer.Sources.IsDefaultOrEmpty, index, $"a {name} needs at least one source");
        foreach (int source in layer.Sources)
            Require(source >= 0 && source < index, index, index == 0 ? $"a {name} cannot come first" : $"a {name} to layer {source}, but only layers 0 to {index - 1} come before it");
    }

    private static FeatureShape Enlarge(UpsampleLayer layer, FeatureShape input, int index)
    {
        Require(layer.Stride > 0, index, "stride must be at least 1");
        return Shape(input.Channels, ((long)input.Height * layer.Stride, (long)input.Width * layer.Stride), index);
    }

    private static FeatureShape Reorganise(ReorgLayer layer, FeatureShape input, int index)
    {
        long stride = layer.Stride;
        Require(stride > 0, index, "stride must be at least 1");
        RequireDefined(layer.Kind, index);
        Require(input.Width % stride == 0 && input.Height % stride == 0, index, $"an input of {input} cannot be divided into {stride} x {stride} blocks");
        Require(layer.Kind == ReorgKind.SpaceToDepth || input.Channels % (stride * stride) == 0, index, $"{input.Channels} channels cannot be divided by {stride * stride}, as Darknet's reorg needs");
        return Shape(input.Channels * stride * stride, (input.Height / stride, input.Width / stride), index);
    }

    private static FeatureShape Interpret(RegionLayer layer, FeatureShape input, int index)
    {
        Require(layer.Classes > 0, index, "a region needs at least one class");
        long planes = layer.Anchors.Count * (RegionLayout.BoxEntries + (long)layer.Classes);
        Require(input.Channels == planes, index, $"{layer.Anchors.Count} anchors and {layer.Classes} classes need {planes} channels, but the layer before makes {input.Channels}");
        return input;
    }

    private static (long Height, long Width) Slide(FeatureShape input, long padding, int size, int stride, int index)
    {
        long height = input.Height + padding - size, width = input.Width + padding - size;
        Require(height >= 0 && width >= 0, index, $"a {size} x {size} window does not fit an input of {input}");
        return (height / stride + 1, width / stride + 1);
    }

    private static FeatureShape Shape(long channels, (long Height, long Width) size, int index)
    {
        Require(Product(channels, size.Height, size.Width) <= MaxFloats, index, $"an output of {size.Width} x {size.Height} x {channels} is more than {MaxFloats} values");
        return new((int)channels, (int)size.Height, (int)size.Width);
    }

    // Approximate above 2^53, far above the limit it is compared with; never overflows.
    private static double Product(params ReadOnlySpan<double> factors)
    {
        double product = 1;
        foreach (double factor in factors)
            product *= factor;
        return product;
    }

    private static void RequireDefined<T>(T value, int index)
        where T : struct, Enum =>
        Require(Enum.IsDefined(value), index, $"{typeof(T).Name} must be one of {string.Join(", ", Enum.GetNames<T>())}, not {value}");

    private static void Require(bool condition, int index, string problem)
    {
        if (!condition)
            throw new LayerMismatchException(index, problem);
    }
}
