using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Yolo.MLNet.Tests;
using Yolo.Model.Inference;

namespace Yolo.Web.Tests;

/// <summary>The application with the golden network as its model, and images of noise to ask it about.</summary>
internal sealed class WebApp : WebApplicationFactory<Program>
{
    /// <summary>Low enough for the network to find something in noise.</summary>
    public const float LowestScore = 0.02f;

    private readonly TemporaryFolder _folder = new();
    private readonly (string Key, string Value)[] _settings;

    /// <summary>Takes settings beside the model's path and the lowest score, named without their section.</summary>
    public WebApp(params (string Key, string Value)[] settings)
    {
        _settings = settings;
        var ml = new MLContext();
        using var transformer = ml.Transforms.YoloV2Detect(TestModels.Mini(), TestModels.LowThreshold).Fit(ml.Data.LoadFromEnumerable<MLNet.Scoring.ImageInput>([]));
        ml.Model.Save(transformer, null, ModelPath);
    }

    public string ModelPath => _folder.Combine("mini.zip");

    public DetectionService Service => Services.GetRequiredService<DetectionService>();

    /// <summary>A PNG file of noise.</summary>
    public byte[] Png(int width = 200, int height = 120, int seed = 1)
    {
        string path = _folder.Combine($"{width}x{height}-{seed}.png");
        TestImages.Save(path, width, height, seed);
        return File.ReadAllBytes(path);
    }

    /// <summary>What the detector itself finds in a file.</summary>
    public static IReadOnlyList<FoundObject> Expected(byte[] file, float threshold)
    {
        var model = TestModels.Mini();
        using var detector = new Detector(model, TestModels.LowThreshold with { ScoreThreshold = threshold });
        return
        [
            .. detector.Detect(new MemoryStream(file)).Select(found => new FoundObject(
                model.ClassNames[found.ClassIndex], found.ClassIndex, found.Score, new(found.Box.Left, found.Box.Top, found.Box.Right, found.Box.Bottom))),
        ];
    }

    public static ByteArrayContent Body(byte[] file, string type = "image/png") => new(file) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Logging:LogLevel:Default", "Error");
        builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "Error");
        builder.UseSetting("Yolo:ModelPath", ModelPath);
        builder.UseSetting("Yolo:LowestScore", LowestScore.ToString(CultureInfo.InvariantCulture));
        foreach (var (key, value) in _settings)
            builder.UseSetting($"Yolo:{key}", value);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(_folder.Path))
            _folder.Dispose();
    }
}
