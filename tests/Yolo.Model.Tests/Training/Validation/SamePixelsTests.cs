using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Inference;
using Yolo.Model.Quantization;
using Yolo.Model.Tests.Imaging;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

namespace Yolo.Model.Tests.Training.Validation;

/// <summary>What is trained on is what is scored: training without chance, validation, calibration and scoring see the same bits.</summary>
public sealed class SamePixelsTests
{
    public static TheoryData<ResizeFilter, ResizeMode, int, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<ResizeFilter, ResizeMode, int, int, int>();
            foreach (var filter in Enum.GetValues<ResizeFilter>())
            {
                foreach (var resize in Enum.GetValues<ResizeMode>())
                {
                    cases.Add(filter, resize, 4000, 3000, 96);
                    cases.Add(filter, resize, 4001, 2999, 96);
                    // Its last row is black with Darknet's filter.
                    cases.Add(filter, resize, 320, 240, 416);
                    cases.Add(filter, resize, 131, 77, 96);
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fill_SameImage_GivesEveryoneTheSameBits(ResizeFilter filter, ResizeMode resize, int width, int height, int side)
    {
        byte[] rgba = ImagePreprocessorTests.Noise(4 * width * height, seed: height);
        var stored = TrainingImage.Create(View(rgba, width, height), [new(new(0, 0, width, height), 0)], filter, side, side);
        float[] scored = new float[3 * side * side], trained = new float[scored.Length], calibrated = new float[scored.Length];
        List<GroundTruth> objects = [];

        ImagePreprocessor.Fill(View(rgba, width, height), resize, filter, side, side, scored);
        new Augmentation(AugmentationOptions.None, filter).Apply(stored, resize, side, side, seed: 5, trained, objects);
        ImagePreprocessor.FillFrom(stored.Pixels, resize, filter, side, side, calibrated);

        Assert.Equal((width, height), (stored.Width, stored.Height));
        Assert.True(scored.AsSpan().SequenceEqual(trained));
        Assert.True(scored.AsSpan().SequenceEqual(calibrated));
        // Boxes count in pixels of the image itself, not of what is kept of it.
        Assert.Equal(ImageMapping.Create(resize, width, height, side, side).ToInput(new(0, 0, width, height)), Assert.Single(objects).Box);
    }

    [Theory]
    [InlineData(ResizeFilter.Darknet)]
    [InlineData(ResizeFilter.Antialiased)]
    public void Calibrator_TrainingImage_MeasuresWhatTheImageItselfGives(ResizeFilter filter)
    {
        const int width = 1003, height = 777;
        var network = Squares.Network(batchNormalize: true);
        var model = new DetectorModel(network, WeightInitializer.Create(network, seed: 1), ["a", "b"], ResizeMode.Letterbox, filter);
        byte[] rgba = ImagePreprocessorTests.Noise(4 * width * height, seed: 3);

        var expected = Measure(model, calibrator => calibrator.Add(View(rgba, width, height)));
        var actual = Measure(model, calibrator => calibrator.Add(TrainingImage.Create(View(rgba, width, height), [], filter, 64,
            64).Pixels));
        var other = Measure(new(network, model.Weights, ["a", "b"], ResizeMode.Letterbox, 1 - filter),
            calibrator => calibrator.Add(View(rgba, width, height)));

        Assert.Equal(expected, actual);
        Assert.NotEqual(expected, other);
    }

    [Theory]
    [InlineData(ResizeFilter.Darknet)]
    [InlineData(ResizeFilter.Antialiased)]
    public void Detector_AnyImage_IsFilledByTheModelsFilter(ResizeFilter filter)
    {
        const int width = 303, height = 277;
        var network = Squares.Network(batchNormalize: true);
        byte[] rgba = ImagePreprocessorTests.Noise(4 * width * height, seed: 3);
        using var detector = new Detector(new(network, WeightInitializer.Create(network, seed: 1), ["a", "b"], ResizeMode.Letterbox,
            filter));
        float[] expected = new float[3 * 64 * 64], actual = new float[expected.Length];

        detector.Fill(View(rgba, width, height), actual);

        new Augmentation(null, filter).Apply(TrainingImage.Create(View(rgba, width, height), [], filter, 64, 64), ResizeMode.Letterbox, 64,
            64, seed: 0, expected, []);
        Assert.True(expected.AsSpan().SequenceEqual(actual));
        Assert.Equal(filter, detector.Model.WithQuantization(null).WithResize(ResizeMode.Stretch).Filter);
    }

    // A crop, mirrored, of what is kept of a photograph shows what the same crop of the photograph shows, reduced or not: a gradient is the
    // same at any resolution.
    [Fact]
    public void Apply_CropOfAReducedImage_LiesWhereItLiesInTheImage()
    {
        const int width = 803, height = 605, side = 64;
        byte[] rgba = new byte[4 * width * height];
        for (int i = 0; i < width * height; i++)
            (rgba[4 * i], rgba[4 * i + 1]) = ((byte)(i % width * 255 / width), (byte)(i / width * 255 / height));
        var whole = TrainingImage.Create(View(rgba, width, height), []);
        var reduced = TrainingImage.Create(View(rgba, width, height), [], ResizeFilter.Antialiased, side, side);
        var augmentation = new Augmentation(AugmentationOptions.None with { Jitter = 0.3f, Flip = true, VerticalFlip = true },
            ResizeFilter.Antialiased);
        float[] expected = new float[3 * side * side], actual = new float[3 * side * side];

        Assert.Equal(4, reduced.Reduction);
        for (int seed = 0; seed < 20; seed++)
        {
            augmentation.Apply(whole, ResizeMode.Stretch, side, side, seed, expected, []);
            augmentation.Apply(reduced, ResizeMode.Stretch, side, side, seed, actual, []);
            // A step of the gradient is 1 / 255, and the triangle of the reduced image is at most a square wider at the border.
            ImagePreprocessorTests.AssertClose(expected, actual, 2 / 255f);
        }
    }

    [Fact]
    public void Apply_DarknetsFilterOnAReducedImage_Throws()
    {
        var image = new TrainingImage(new byte[12], 4, 4, []) { Reduction = 2 };

        Assert.Throws<InvalidOperationException>(() => new Augmentation(null).Apply(image, ResizeMode.Stretch, 2, 2, 0, new float[12], []));
    }

    private static NetworkQuantization Measure(DetectorModel model, Action<Calibrator> add)
    {
        using var calibrator = new Calibrator(model);
        add(calibrator);
        return calibrator.Measure();
    }

    private static PixelView View(byte[] rgba, int width, int height) => new(rgba, width, height, 4 * width, PixelOrder.Rgba);
}
