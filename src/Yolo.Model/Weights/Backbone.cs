using Google.Protobuf;
using Yolo.Model.Files.OnnxFormat;
using Yolo.Model.Network;

namespace Yolo.Model.Weights;

/// <summary>A ResNet-18 or -34 that was trained on ImageNet, in an ONNX file: the leading convolutions of <see
/// cref="YoloV2Network.ResNet18"/>, of
/// <see cref="YoloV2Network.ResNet18Stride16"/> and of every network that begins with such blocks.</summary>
public sealed record Backbone : InitialWeights
{
    private const string Package = "Microsoft.ML.DnnImageFeaturizer.ResNet18", Version = "0.23.1", PackageProducer = "CNTK";

    private Backbone(string path, BackboneInput? input)
    {
        Path = path;
        Input = input;
    }

    /// <inheritdoc/>
    public override string Path { get; }

    /// <summary>The pixels that the file expects; null: as its producer has it, which is <see cref="BackboneInput.DnnImageFeaturizer"/> for
    /// CNTK, ML.NET's package, and
    /// <see cref="BackboneInput.ImageNet"/> else.</summary>
    public BackboneInput? Input { get; }

    /// <summary>ResNet-18 of ML.NET's package Microsoft.ML.DnnImageFeaturizer.ResNet18, which puts its file beside the
    /// application.</summary>
    /// <exception cref="FileNotFoundException">It is not there; the message says which package to add.</exception>
    public static Backbone ResNet18() => ResNet18In(AppContext.BaseDirectory);

    /// <summary>A ResNet-18 or -34 in an ONNX file, with batch normalisation or with it folded into the convolutions; a classifier does no
    /// harm.</summary>
    /// <param name="path">The file.</param>
    /// <param name="input">The pixels that it expects; null: as its producer has it (<see cref="Input"/>).</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Backbone FromOnnx(string path, BackboneInput? input = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.Exists(path) ? new(path, input) : throw new FileNotFoundException($"There is no backbone {path}.", path);
    }

    /// <summary>The package's file beside an application in a folder.</summary>
    internal static Backbone ResNet18In(string folder)
    {
        string path = System.IO.Path.Combine(folder, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");
        return File.Exists(path)
            ? new(path, BackboneInput.DnnImageFeaturizer)
            : throw new FileNotFoundException(
                $"The weights of ResNet-18 are not beside the application: expected {path}. Run: dotnet add package {Package} --version {Version}", path);
    }

    /// <summary>Reads the blocks that the network begins with.</summary>
    /// <inheritdoc/>
    public override NetworkWeights Read(NetworkDefinition network, NetworkWeights fresh, out int loaded)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(fresh);
        fresh.RequireFit(network);
        var (trunk, weights) = ReadTrunk();
        loaded = CommonConvolutions(trunk, network);
        return new(network, [.. weights.Convolutions.Take(loaded), .. fresh.Convolutions.Skip(loaded)]);
    }

    /// <summary>How many convolutions of a network it fills, in definition order.</summary>
    /// <exception cref="InvalidDataException">The file is malformed, or the network does not begin with its blocks.</exception>
    internal int ConvolutionsIn(NetworkDefinition network) => CommonConvolutions(ReadTrunk().Trunk, network);

    /// <summary>The trunk in the file, with the convolution before it that takes RGB from 0 to 1.</summary>
    internal (NetworkDefinition Trunk, NetworkWeights Weights) ReadTrunk()
    {
        string name = System.IO.Path.GetFileName(Path);
        var file = Parse(name);
        var (trunk, convolutions) = ResNetGraph.Read(name, file.Graph ?? throw new InvalidDataException($"{name}: a graph expected, found none."));
        var input = Input ?? (file.ProducerName == PackageProducer ? BackboneInput.DnnImageFeaturizer : BackboneInput.ImageNet);
        return (trunk, new(trunk, [input.ToConvolution(), .. convolutions]));
    }

    private ModelProto Parse(string name)
    {
        using var stream = File.OpenRead(Path);
        try
        {
            return ModelProto.Parser.ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"{name}: an ONNX file expected, found something else: {exception.Message}", exception);
        }
    }

    /// <summary>Convolutions up to the last block that both networks share from their first layer on.</summary>
    private int CommonConvolutions(NetworkDefinition trunk, NetworkDefinition network)
    {
        int layers = 0, shared = 0, convolutions = 0;
        int count = Math.Min(trunk.Layers.Length, network.Layers.Length);
        for (; layers < count && Computes(trunk.Layers[layers]) == Computes(network.Layers[layers]); layers++)
        {
            convolutions += trunk.Layers[layers] is ConvolutionalLayer ? 1 : 0;
            if (trunk.Layers[layers] is ShortcutLayer)
                shared = convolutions;
        }
        if (shared > 0 && network.Input.Channels == trunk.Input.Channels)
            return shared;
        throw new InvalidDataException($"{System.IO.Path.GetFileName(Path)}: the network does not begin with a block of ResNet-18 or -34: "
            + $"its layer {layers} is {Describe(network, layers)}, where {Describe(trunk, layers)} is expected.");
    }

    // What a layer does, whatever the size of the image and Darknet's options of training.
    private static Layer Computes(Layer layer) => layer with { Input = default, Output = default, OtherOptions = layer.OtherOptions.Clear() };

    private static string Describe(NetworkDefinition network, int layer) =>
        layer < network.Layers.Length ? NetworkSummary.Describe(network.Layers[layer]) : "missing";
}
