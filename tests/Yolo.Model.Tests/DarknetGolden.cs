using System.Globalization;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests;

/// <summary>Golden/darknet: what AlexeyAB's and pjreddie's Darknet make of networks and images that both sides draw from the same random numbers (driver.c there).</summary>
/// <param name="Name">What the files of the case are called.</param>
/// <param name="Config">The .cfg, without its extension.</param>
/// <param name="MinorVersion">The .weights file is of version 0.MinorVersion.0.</param>
/// <param name="Width">Width of the image, pixels.</param>
/// <param name="Height">Height of the image, pixels.</param>
/// <param name="Resize">How Darknet resized it.</param>
/// <param name="Threshold">Lowest score that Darknet reported.</param>
internal sealed record DarknetGolden(string Name, string Config, int MinorVersion, int Width, int Height, ResizeMode Resize, float Threshold)
{
    /// <summary>Images seen that the driver writes into each header.</summary>
    public const long Seen = 123_456;

    private static readonly DarknetGolden[] Cases = [.. File.ReadLines(TestPaths.Golden("darknet/cases.txt")).Where(line => line[0] != '#').Select(Parse)];

    /// <summary>Names of the cases.</summary>
    public static TheoryData<string> Names => [.. Cases.Select(item => item.Name)];

    /// <summary>Names of the cases whose image has the network's size: those with a head.</summary>
    public static TheoryData<string> NamesWithHead => [.. Cases.Where(item => item.Name == item.Config).Select(item => item.Name)];

    public static DarknetGolden Get(string name) => Cases.Single(item => item.Name == name);

    public NetworkDefinition LoadNetwork() => DarknetConfig.Load(TestPaths.Golden($"darknet/{Config}.cfg"));

    public NetworkWeights LoadWeights(NetworkDefinition network) => DarknetWeightsFile.Read(new MemoryStream(WeightsFile(network)), network);

    /// <summary>What the layer before [region] makes, <c>[C, H, W]</c>.</summary>
    public float[] ReadHead() => MiniGolden.ReadFloats(TestPaths.Golden($"darknet/{Name}.head.f32.bin"));

    /// <summary>Darknet's detections, by falling score; boxes not clipped.</summary>
    public Detection[] ReadDetections() =>
    [
        .. File.ReadLines(TestPaths.Golden($"darknet/{Name}.txt")).Select(line =>
        {
            float[] numbers = [.. line.Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
            return new Detection(new(numbers[2], numbers[3], numbers[4], numbers[5]), (int)numbers[0], numbers[1]);
        }).OrderByDescending(detection => detection.Score),
    ];

    /// <summary>The bytes of the .weights file, as <c>write_weights</c> of driver.c draws them.</summary>
    public byte[] WeightsFile(NetworkDefinition network)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (int part in (int[])[0, MinorVersion, 0])
            writer.Write(part);
        if (MinorVersion >= 2)
            writer.Write(Seen);
        else
            writer.Write((int)Seen);
        uint state = 1;
        foreach (var layer in network.Convolutions)
        {
            int inputs = layer.FilterChannels * layer.Size * layer.Size;
            float limit = MathF.Sqrt((layer == network.Convolutions[^1] ? 1.5f : 6) / inputs);
            Draw(layer.Filters, -0.5f, 0.5f);
            if (layer.BatchNormalize)
            {
                Draw(layer.Filters, 0.5f, 1.5f);
                Draw(layer.Filters, -0.5f, 0.5f);
                Draw(layer.Filters, 0.5f, 1.5f);
            }
            Draw(layer.Filters * inputs, -limit, limit);
        }
        return stream.ToArray();

        void Draw(int count, float low, float high)
        {
            for (int i = 0; i < count; i++)
                writer.Write(Uniform(ref state, low, high));
        }
    }

    /// <summary>The image, RGBA, as <c>random_image</c> of driver.c draws it.</summary>
    public byte[] Pixels()
    {
        byte[] rgba = new byte[4 * Width * Height];
        uint state = 2;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                for (int c = 0; c < 3; c++)
                    rgba[4 * (y * Width + x) + c] = (byte)((x / 5 * 59 + y / 5 * 83 + c * 101) % 224 + (int)Uniform(ref state, 0, 32));
            }
        }
        return rgba;
    }

    /// <summary>The image, resized if need be, as the input of the network.</summary>
    public float[] Input(NetworkDefinition network)
    {
        float[] input = new float[network.Input.Count];
        ImagePreprocessor.Fill(new(Pixels(), Width, Height, 4 * Width, PixelOrder.Rgba), Resize, network.Input.Width, network.Input.Height, input);
        return input;
    }

    private static DarknetGolden Parse(string line)
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int Number(int field) => int.Parse(fields[field], CultureInfo.InvariantCulture);
        return new(fields[0], fields[1], Number(3), Number(4), Number(5), Enum.Parse<ResizeMode>(fields[6], ignoreCase: true), float.Parse(fields[7], CultureInfo.InvariantCulture));
    }

    private static float Uniform(ref uint state, float low, float high)
    {
        state = unchecked(state * 1664525 + 1013904223);
        return low + (high - low) * ((state >> 8) / 16777216f);
    }
}
