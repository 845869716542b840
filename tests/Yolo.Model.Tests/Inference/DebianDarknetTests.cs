using System.Diagnostics;
using System.Globalization;
using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Inference;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Inference;

/// <summary>What the command <c>darknet</c> of Debian's package of that name, pjreddie's of September 2018, makes of exported
/// files.</summary>
public sealed class DebianDarknetTests : IDisposable
{
    // validate_detector of examples/detector.c reads so many images at once.
    private const int Images = 4;

    private const float DarknetsThreshold = 0.005f, Compared = 0.2f;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("yolov2-resnet18")]
    [InlineData("yolov2-resnet18-stride16")]
    public void Detect_ExportedResNet_IsWhatDarknetDetects(string name)
    {
        Assert.SkipUnless(Find("darknet") is not null, "There is no command darknet; on Debian: apt-get install darknet.");
        Assert.SkipUnless(File.Exists(Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx")), "The package's ResNet-18 is absent.");
        var model = Model(YoloV2Network.Get(name).WithInputSize(160, 160));
        string[] images = MiniGolden.WriteImages(_folder, Images);
        DarknetModel.Save(model, _folder.Combine("model.cfg"), _folder.Combine("model.weights"), _folder.Combine("model.names"));

        var expected = RunDarknet(model, images);
        using var detector = new Detector(model, new OnnxRuntimeBackend(model.Network, model.Weights), new() { ScoreThreshold = DarknetsThreshold, MaxDetections = int.MaxValue });

        Assert.True(expected.Sum(detections => detections.Length) >= 40);
        for (int i = 0; i < Images; i++)
            AssertSame(expected[i], [.. detector.Detect(images[i]).Where(detection => detection.Score >= Compared).Select(detection => Cut(detection, 160, 96 - 4 * i))]);
    }

    public void Dispose() => _folder.Dispose();

    // Measured: scores agree to 1.4e-5 and boxes to 0.003 pixels, though the epsilon of batch norm is another.
    private static void AssertSame(Detection[] expected, Detection[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (darknet, ours) in expected.Zip(actual))
        {
            Assert.Equal(darknet.ClassIndex, ours.ClassIndex);
            Assert.Equal(darknet.Score, ours.Score, tolerance: 1e-4f);
            Assert.Equal(darknet.Box.Left, ours.Box.Left, tolerance: 0.01f);
            Assert.Equal(darknet.Box.Top, ours.Box.Top, tolerance: 0.01f);
            Assert.Equal(darknet.Box.Right, ours.Box.Right, tolerance: 0.01f);
            Assert.Equal(darknet.Box.Bottom, ours.Box.Bottom, tolerance: 0.01f);
        }
    }

    private static Detection Cut(Detection detection, int width, int height) =>
        detection with { Box = detection.Box with { Right = Math.Min(detection.Box.Right, width - 1), Bottom = Math.Min(detection.Box.Bottom, height - 1) } };

    /// <summary>The package's backbone and a head of random weights, whose scores reach 0.35.</summary>
    private static DetectorModel Model(NetworkDefinition network)
    {
        network = network.WithRegion(3, network.Region.Anchors);
        var weights = Backbone.ResNet18().Read(network, WeightInitializer.Create(network, seed: 2), out _);
        return new(network, weights, ["one", "two", "three"], ResizeMode.Letterbox);
    }

    private Detection[][] RunDarknet(DetectorModel model, string[] images)
    {
        File.WriteAllLines(_folder.Combine("valid.txt"), images);
        File.WriteAllText(_folder.Combine("model.data"),
            $"classes={model.ClassNames.Count}\nvalid={_folder.Combine("valid.txt")}\nnames={_folder.Combine("model.names")}\nresults={_folder.Path}\n");
        using var process = Process.Start(new ProcessStartInfo("darknet", ["detector", "valid", "model.data", "model.cfg", "model.weights"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        var lines = model.ClassNames.Index().SelectMany(item => File.ReadLines(_folder.Combine($"comp4_det_test_{item.Item}.txt")).Select(line => Parse(item.Index, line)));
        var byImage = lines.Where(line => line.Detection.Score >= Compared).OrderByDescending(line => line.Detection.Score).ToLookup(line => line.Image, line => line.Detection);
        return [.. images.Select(image => byImage[Path.GetFileNameWithoutExtension(image)].ToArray())];
    }

    // print_detector_detections adds 1 to each side and then cuts at the image's width and height.
    private static (string Image, Detection Detection) Parse(int classIndex, string line)
    {
        string[] fields = line.Split(' ');
        float[] numbers = [.. fields.Skip(1).Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
        return (fields[0], new(new(numbers[1] - 1, numbers[2] - 1, numbers[3] - 1, numbers[4] - 1), classIndex, numbers[0]));
    }

    private static string? Find(string command) => Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);
}
