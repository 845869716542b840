using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Xunit;
using Yolo.Model.Files.OnnxFormat;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Weights;

public sealed class BackboneTests : IDisposable
{
    private const int Side = 224;

    private readonly TemporaryFolder _folder = new();

    private static Backbone Package
    {
        get
        {
            string path = Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");
            Assert.SkipUnless(File.Exists(path), $"{path} is absent: the package Microsoft.ML.DnnImageFeaturizer.ResNet18 puts it there.");
            return Backbone.ResNet18();
        }
    }

    // The same picture: BGR from 0 to 255 less the mean on the one side, RGB from 0 to 1 on the other. The file has a ninth block, which
    // the built-in networks leave out.
    [Theory]
    [InlineData(2, "ReLU253_Output_0")]
    [InlineData(33, "ReLU365_Output_0")]
    [InlineData(36, "ReLU379_Output_0")]
    [InlineData(39, "ReLU393_Output_0")]
    public void ReadTrunk_PackagesFile_HasItsMapsUpToTheBorder(int layers, string tensor)
    {
        var (trunk, weights) = Package.ReadTrunk();
        var network = new NetworkDefinition(trunk.Input, trunk.Layers[..layers]);
        float[] picture = Picture(Side);

        float[] expected = RunFile(Package.Path, Normalize(picture, BackboneInput.DnnImageFeaturizer), Side, tensor);
        float[] actual = Run(network, new(network, [.. weights.Convolutions.Take(network.Convolutions.Length)]), picture);

        Assert.Equal(23, trunk.Convolutions.Length);
        AssertClose(expected, actual, tolerance: 1e-5);
    }

    [Theory]
    [InlineData(new[] { 2, 2, 2, 2 }, 21)]
    [InlineData(new[] { 3, 4, 6, 3 }, 37)]
    public void ReadTrunk_FileWithFoldedBatchNorm_HasItsLastMap(int[] blocks, int convolutions)
    {
        var file = new ResNetFile(blocks, 96, 96);
        string path = _folder.Combine("resnet.onnx");
        file.Save(path);
        BackboneInput input = new(BlueFirst: false, Range: 255, new(10, 20, 30), new(100, 50, 200));
        float[] picture = Picture(96);

        var (trunk, weights) = Backbone.FromOnnx(path, input).ReadTrunk();

        float[] expected = RunFile(path, Normalize(picture, input), 96, file.LastMap);
        Assert.Equal(convolutions, trunk.Convolutions.Length);
        AssertClose(expected, Run(trunk.WithInputSize(96, 96), weights, picture), tolerance: 1e-5);
    }

    [Theory]
    [InlineData("yolov2-resnet18")]
    [InlineData("yolov2-resnet18-stride16")]
    public void Read_BuiltInNetwork_TakesTheBackboneAndLeavesTheHead(string name)
    {
        var network = YoloV2Network.Get(name);
        var fresh = WeightInitializer.Create(network, seed: 1);
        var file = ResNet18();

        var weights = file.Read(network, fresh, out int loaded);

        Assert.Equal(21, loaded);
        Assert.Equal(file.ReadTrunk().Weights.Convolutions[20].Kernel, weights.Convolutions[20].Kernel);
        Assert.Same(fresh.Convolutions[21], weights.Convolutions[21]);
        Assert.Equal(0, weights.Seen);
    }

    // A network that goes another way in the fourth stage keeps three: 16 convolutions, though the first of the next block would fit, too.
    [Fact]
    public void Read_NetworkOfThreeStages_TakesWholeBlocks()
    {
        NetworkDefinition network = new(new(3, 96, 96),
            [.. ResNetTrunk.ResNet18.Layers[..29], new ConvolutionalLayer(8, 3, 1, 1, BatchNormalize: true, Activation.Leaky)]);
        var fresh = WeightInitializer.Create(network, seed: 1);

        var weights = ResNet18().Read(network, fresh, out int loaded);

        Assert.Equal(16, loaded);
        Assert.Same(fresh.Convolutions[16], weights.Convolutions[16]);
    }

    [Fact]
    public void Read_NetworkOfAnotherKind_NamesTheLayer()
    {
        var network = YoloV2Network.TinyVoc;

        var exception = Assert.Throws<InvalidDataException>(() => ResNet18().Read(network, WeightInitializer.Create(network, seed: 1), out _));

        Assert.Equal("resnet18.onnx: the network does not begin with a block of ResNet-18 or -34: its layer 0 is convolutional 3x3 / 1, batch norm, leaky, where convolutional 1x1 / 1 is expected.",
            exception.Message);
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "shape", "'stage2_block0_conv2': a kernel [256, 256, 3, 3] expected, found [256, 576, 2, 2]" },
        { "stride", "'stage1_block0_down': strides 2, 2 expected, found 1, 1" },
        { "pads", "'stage0_block1_conv2': pads of 1 expected, found 0, 0, 0, 0" },
        { "values", "'stem_w': the values of [64, 3, 7, 7] expected, found 9407" },
        { "nan", "'stage3_block1_conv2_b': finite numbers expected, found others" },
        { "sum", "'stage1_block1_add': the sum of stage1_block1_conv2 and stage1_block0_relu2 expected, found stage1_block1_conv2 + pool" },
        { "bottleneck", "'stage0_block0_conv1': a kernel of 3 x 3 in each block expected, found [64, 64, 1, 1]" },
        { "width", "'stage2_block1_conv2_b': 128 values expected, found [256]" },
        { "blocks", "the graph: blocks expected, found none" },
        { "double", "'stem_w': 32-bit floats expected, found data type 11" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Read_FileOfAnotherShape_NamesNodeExpectedAndFound(string damage, string message)
    {
        var file = new ResNetFile(damage == "blocks" ? [] : [2, 2, 2, 2], 32, 32);
        var graph = file.Model.Graph;
        NodeProto Node(string name) => graph.Node.Single(node => node.Name == name);
        TensorProto Constant(string name) => graph.Initializer.Single(tensor => tensor.Name == name);
        void Dims(string name, params long[] dims)
        {
            Constant(name).Dims.Clear();
            Constant(name).Dims.Add(dims);
        }

        switch (damage)
        {
            case "shape":
                Dims("stage2_block0_conv2_w", 256, 576, 2, 2);
                break;
            case "stride":
                Set(Node("stage1_block0_down"), "strides", 1, 1);
                break;
            case "pads":
                Set(Node("stage0_block1_conv2"), "pads", 0, 0, 0, 0);
                break;
            case "values":
                Constant("stem_w").RawData = ByteString.CopyFrom(Constant("stem_w").RawData.Span[4..]);
                break;
            case "nan":
                Constant("stage3_block1_conv2_b").RawData = ByteString.CopyFrom([.. BitConverter.GetBytes(float.NaN), .. Constant("stage3_block1_conv2_b").RawData.Span[4..]]);
                break;
            case "sum":
                Node("stage1_block1_add").Input[1] = "pool";
                break;
            case "bottleneck":
                Dims("stage0_block0_conv1_w", 64, 64, 1, 1);
                break;
            case "width":
                Dims("stage2_block1_conv2_w", 128, 512, 3, 3);
                break;
            case "double":
                Constant("stem_w").DataType = 11;
                break;
        }
        string path = _folder.Combine("damaged.onnx");
        file.Save(path);

        var exception = Assert.Throws<InvalidDataException>(() => Backbone.FromOnnx(path).ReadTrunk());

        Assert.Equal($"damaged.onnx: {message}; this is no ResNet-18 or -34 that can be read.", exception.Message);
    }

    [Fact]
    public void Read_NoOnnxFile_SaysSo()
    {
        string path = _folder.Combine("text.onnx");
        File.WriteAllText(path, "no protobuf");

        Assert.StartsWith("text.onnx: an ONNX file expected, found something else", Assert.Throws<InvalidDataException>(() => Backbone.FromOnnx(path).ReadTrunk()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResNet18_FileIsAbsent_NamesThePackage()
    {
        var exception = Assert.Throws<FileNotFoundException>(() => Backbone.ResNet18In(_folder.Path));

        Assert.EndsWith("Run: dotnet add package Microsoft.ML.DnnImageFeaturizer.ResNet18 --version 0.23.1", exception.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_folder.Path, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx"), exception.Message, StringComparison.Ordinal);
    }

    // A user writes InitialWeights = "yolov2-voc.weights" as before.
    [Fact]
    public void InitialWeights_FromAPath_IsADarknetFile()
    {
        InitialWeights? weights = "some.weights";

        Assert.Equal(new DarknetWeights("some.weights"), weights);
        Assert.Null((InitialWeights?)(string?)null);
    }

    public void Dispose() => _folder.Dispose();

    private Backbone ResNet18()
    {
        string path = _folder.Combine("resnet18.onnx");
        new ResNetFile([2, 2, 2, 2], 32, 32).Save(path);
        return Backbone.FromOnnx(path);
    }

    private static void Set(NodeProto node, string name, params long[] values)
    {
        var attribute = node.Attribute.Single(attribute => attribute.Name == name);
        attribute.Ints.Clear();
        attribute.Ints.Add(values);
    }

    /// <summary>RGB planes from 0 to 1: gradients, edges and noise.</summary>
    private static float[] Picture(int side)
    {
        var random = new Random(3);
        float[] planes = new float[3 * side * side];
        for (int i = 0; i < planes.Length; i++)
        {
            int x = i % side, y = i / side % side, color = i / (side * side);
            planes[i] = (float)(0.4 + 0.25 * Math.Sin(x * (0.05 + 0.03 * color)) * Math.Cos(y * 0.07) + ((x / 32 + y / 24 + color) % 3 == 0 ? 0.2 : 0) + 0.1 * random.NextDouble());
        }
        return planes;
    }

    private static float[] Normalize(float[] planes, BackboneInput input)
    {
        int size = planes.Length / 3;
        float[] result = new float[planes.Length];
        for (int color = 0; color < 3; color++)
        {
            float mean = new[] { input.Mean.Red, input.Mean.Green, input.Mean.Blue }[color], deviation = new[] { input.Deviation.Red, input.Deviation.Green, input.Deviation.Blue }[color];
            int channel = input.BlueFirst ? 2 - color : color;
            for (int i = 0; i < size; i++)
                result[channel * size + i] = (planes[color * size + i] * input.Range - mean) / deviation;
        }
        return result;
    }

    private static float[] RunFile(string path, float[] pixels, int side, string output)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        if (!model.Graph.Output.Any(value => value.Name == output))
            model.Graph.Output.Add(new ValueInfoProto { Name = output, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float } } });
        string input = model.Graph.Input.First(value => !model.Graph.Initializer.Any(tensor => tensor.Name == value.Name)).Name;
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var value = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, side, side]);
        using var run = new RunOptions();
        using var results = session.Run(run, [input], [value], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] Run(NetworkDefinition network, NetworkWeights weights, float[] planes)
    {
        using var backend = new OnnxRuntimeBackend(network, weights, intraOpThreads: 1);
        float[] map = new float[network.Layers[^1].Output.Count];
        backend.Run(planes, batch: 1, map);
        return map;
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.True(expected.Max() > 0.1f);
        MiniGolden.AssertClose(expected, actual, tolerance);
    }
}
