using SkiaSharp;
using Xunit;
using Yolo.Model.Data.Coco;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;
using Yolo.Model.Imaging;
using Yolo.Model.Network;
using Yolo.Model.Quantization;
using Yolo.Model.Tests.Imaging;
using Yolo.Model.Tests.Inference;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Data;

/// <summary>Every file that is read, cut off, changed and replaced by garbage: it is read or refused, and nothing else.</summary>
public sealed class DamagedFilesTests : IDisposable
{
    private const string Config = "[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nbatch_normalize=1\nfilters=7\nsize=3\npad=1\nactivation=leaky\n[region]\nanchors=1,2\nclasses=2\nnum=1\n";

    private readonly DatasetFolder _folder = new();
    private readonly Dictionary<string, (byte[] Whole, Action<byte[]> Read)> _files;

    public DamagedFilesTests()
    {
        var network = DarknetConfig.Parse(Config);
        using var weights = new MemoryStream();
        DarknetWeightsFile.Write(weights, network, WeightInitializer.Create(network, seed: 1));
        byte[] weightBytes = weights.ToArray();
        _folder.Image("images/a.png");
        _folder.Image("JPEGImages/a.png");
        _folder.Text("Annotations/a.xml", "<annotation/>");
        _folder.Text("labels/a.txt", "0 0.5 0.5 0.5 0.5\n");
        string yaml = _folder.Text("good/data.yaml", "path: ..\ntrain: images\nnames: [cat, dog]\n");
        _files = new()
        {
            ["cfg"] = (System.Text.Encoding.UTF8.GetBytes(Config), bytes => DarknetConfig.Load(Written("net.cfg", bytes))),
            ["weights"] = (weightBytes, bytes => DarknetWeightsFile.Read(new MemoryStream(bytes), network)),
            ["partial weights"] = (weightBytes, bytes => DarknetWeightsFile.ReadPartial(new MemoryStream(bytes), network, WeightInitializer.Create(network, seed: 1), out _)),
            ["names"] = (System.Text.Encoding.UTF8.GetBytes("cat\ndog\n"), bytes => DarknetModel.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Config)), new MemoryStream(weightBytes), new MemoryStream(bytes))),
            ["ranges"] = (System.Text.Encoding.UTF8.GetBytes("linear -1 2 activated -0.5 2\n"), bytes => QuantizationText.Parse(System.Text.Encoding.UTF8.GetString(bytes))),
            ["voc"] = (System.Text.Encoding.UTF8.GetBytes("<annotation><size><width>40</width></size>" + VocFolder.Object("cat", 1, 2, 30, 20) + "</annotation>"), bytes => VocAnnotation.Read(new MemoryStream(bytes), "a.xml")),
            ["image set"] = (System.Text.Encoding.UTF8.GetBytes("a 1\n"), bytes =>
            {
                Written("ImageSets/Main/set.txt", bytes);
                VocDataset.Load(_folder.Path, "set");
            }),
            ["coco"] = (System.Text.Encoding.UTF8.GetBytes("""{"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 3, "name": "cat"}], "annotations": [{"id": 1, "image_id": 1, "category_id": 3, "bbox": [1, 2, 9, 8]}]}"""),
                bytes => CocoDataset.Load(Written("x.json", bytes), new() { ImageFolder = _folder.At("images") })),
            ["yolo labels"] = (System.Text.Encoding.UTF8.GetBytes("0 0.5 0.5 0.25 0.5\n1 0.1 0.1 0.2 0.1 0.3 0.4\n"), bytes =>
            {
                Written("labels/a.txt", bytes);
                YoloDataset.Load(yaml);
            }),
            ["yaml"] = (System.Text.Encoding.UTF8.GetBytes("path: ..\ntrain: images\nnc: 2\nnames:\n  0: cat\n  1: dog\n"), bytes => YoloDataset.Load(Written("other/data.yaml", bytes))),
            ["png"] = (ImageFileTests.Quadrants(SKEncodedImageFormat.Png), bytes => ImageFile.Decode(new MemoryStream(bytes)).Dispose()),
            ["jpeg"] = (ImageFileTests.Quadrants(SKEncodedImageFormat.Jpeg), bytes => ImageFile.Decode(new MemoryStream(bytes)).Dispose()),
            ["webp"] = (ImageFileTests.Quadrants(SKEncodedImageFormat.Webp), bytes => ImageFile.Decode(new MemoryStream(bytes)).Dispose()),
        };
    }

    public static TheoryData<string> Kinds =>
        ["cfg", "weights", "partial weights", "names", "ranges", "voc", "image set", "coco", "yolo labels", "yaml", "png", "jpeg", "webp"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_CutOffAnywhere_IsReadOrRefused(string kind)
    {
        var (whole, read) = _files[kind];
        int step = Math.Max(1, whole.Length / 50);
        for (int length = 0; length < whole.Length; length += step)
            ReadOrRefuse(read, whole[..length]);

        read(whole);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_BytesChanged_IsReadOrRefused(string kind)
    {
        var (whole, read) = _files[kind];
        var random = new Random(20170612);
        for (int i = 0; i < 100; i++)
        {
            byte[] damaged = [.. whole];
            for (int wounds = random.Next(1, 5); wounds > 0; wounds--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            ReadOrRefuse(read, damaged);
        }

        read(whole);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_Garbage_IsReadOrRefused(string kind)
    {
        var (whole, read) = _files[kind];
        byte[] noise = new byte[10_000];
        new Random(1).NextBytes(noise);
        foreach (byte[] garbage in (byte[][])[noise, new byte[10_000], [.. Enumerable.Repeat((byte)'[', 100_000)], [.. Enumerable.Repeat((byte)'9', 100_000)], [0xFF, 0xFE, 0, 0xD8], "%PDF-1.4\n"u8.ToArray()])
            ReadOrRefuse(read, garbage);

        read(whole);
    }

    public void Dispose() => _folder.Dispose();

    private string Written(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        File.WriteAllBytes(_folder.At(name), bytes);
        return _folder.At(name);
    }

    /// <summary>Reads a file. What that throws must be documented and say where.</summary>
    private static void ReadOrRefuse(Action<byte[]> read, byte[] bytes)
    {
        try
        {
            read(bytes);
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or FileNotFoundException)
        {
            Assert.Contains(": ", exception.Message, StringComparison.Ordinal);
        }
    }
}
