using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Imaging;
using Yolo.Model.Tests.Imaging;
using Yolo.Model.Tests.Inference;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Tests.Training.Images;

public sealed class AugmentationTests
{
    private const int Width = 160, Height = 96;

    private static readonly AugmentationOptions CropAndFlip = new() { Jitter = 0.3f, VerticalFlip = true, Hue = 0, Saturation = 1, Exposure = 1 };

    [Theory]
    [InlineData(ResizeMode.Stretch, 300, 200)]
    [InlineData(ResizeMode.Letterbox, 300, 200)]
    [InlineData(ResizeMode.Letterbox, 31, 200)]
    [InlineData(ResizeMode.Stretch, 160, 96)]
    [InlineData(ResizeMode.Stretch, 1, 1)]
    public void Apply_None_EqualsThePreprocessor(ResizeMode resize, int width, int height)
    {
        byte[] rgba = ImagePreprocessorTests.Noise(4 * width * height, seed: 2);
        var image = TrainingImage.Create(new(rgba, width, height, 4 * width, PixelOrder.Rgba), [new(new(0, 0, width, height), 3, Difficult: true)]);
        float[] expected = new float[3 * Width * Height], actual = new float[3 * Width * Height];
        List<GroundTruth> objects = [new(default, 9)];

        ImagePreprocessor.Fill(new(rgba, width, height, 4 * width, PixelOrder.Rgba), resize, Width, Height, expected);
        new Augmentation(AugmentationOptions.None).Apply(image, resize, Width, Height, seed: 7, actual, objects);

        Assert.Equal(expected, actual);
        var mapping = ImageMapping.Create(resize, width, height, Width, Height);
        Assert.Equal([new(mapping.ToInput(new(0, 0, width, height)), 3, true)], objects);
    }

    // A red rectangle on black, 300 x 200; its pixels in the result are found again and compared with its box.
    [Theory]
    [InlineData(ResizeMode.Stretch)]
    [InlineData(ResizeMode.Letterbox)]
    public void Apply_ManySeeds_BoxesFollowThePixels(ResizeMode resize)
    {
        var truth = new GroundTruth(new(20, 130, 90, 190), 1);
        var image = Draw(truth.Box);
        float[] input = new float[3 * Width * Height];
        var objects = new List<GroundTruth>();
        var augmentation = new Augmentation(CropAndFlip with { MinimumVisible = 0 });
        int left = 0, top = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            augmentation.Apply(image, resize, Width, Height, seed, input, objects);

            var found = Find(input);
            if (objects.Count == 0)
            {
                Assert.True(found.Width < 1.5f || found.Height < 1.5f, $"Seed {seed}: no box for {found}.");
                continue;
            }
            var box = Assert.Single(objects).Box;
            float largest = new[] { box.Left - found.Left, box.Top - found.Top, box.Right - found.Right, box.Bottom - found.Bottom }.Max(MathF.Abs);
            // Half a pixel more where the bars of a letterbox are odd (ImageMapping).
            Assert.True(largest <= (resize == ResizeMode.Letterbox ? 1.5f : 1), $"Seed {seed}: box {box}, pixels {found}.");
            left += box.CenterX < 0.5f * Width ? 1 : 0;
            top += box.CenterY < 0.5f * Height ? 1 : 0;
        }
        // Both flips are fair coins: 300 throws, mean 150, deviation 8.7.
        Assert.InRange(left, 105, 195);
        Assert.InRange(top, 105, 195);
    }

    // The enclosing box of the turned rectangle is that of its turned pixels: only in the corners of the input may more be cut than the box
    // tells.
    [Theory]
    [InlineData(30, 1)]
    [InlineData(0, 2)]
    [InlineData(180, 1.3f)]
    public void Apply_RotationAndZoom_BoxesFollowThePixels(float rotation, float zoom)
    {
        var image = Draw(new(110, 80, 190, 120));
        float[] input = new float[3 * Width * Height];
        var objects = new List<GroundTruth>();
        var augmentation = new Augmentation(AugmentationOptions.None with { Rotation = rotation, Zoom = zoom, MinimumVisible = 0 });
        var boxes = new List<BoundingBox>();
        for (int seed = 0; seed < 100; seed++)
        {
            augmentation.Apply(image, ResizeMode.Stretch, Width, Height, seed, input, objects);

            var (box, found) = (Assert.Single(objects).Box, Find(input));
            float[] sides = [box.Left - found.Left, box.Top - found.Top, box.Right - found.Right, box.Bottom - found.Bottom];
            float largest = sides.Max(MathF.Abs);
            Assert.True(largest <= 1.5f, $"Seed {seed}: box {box}, pixels {found}.");
            boxes.Add(box);
        }
        Assert.True(boxes.Distinct().Count() > 50, "Every image is varied in the same way.");
        // Zoom alone keeps the center and the proportions: 80 x 40 of 300 x 200 pixels are 42.7 x 19.2 of the input.
        if (rotation == 0)
        {
            Assert.InRange(boxes.Min(box => box.Width), 42.7f / 2 - 1, 42.7f / 2 + 2);
            Assert.InRange(boxes.Max(box => box.Width), 42.7f * 2 - 5, 42.7f * 2 + 1);
        }
    }

    // A quarter turn clockwise: the top left corner comes to the top right.
    [Fact]
    public void Rotation_QuarterTurn_MovesPixelsAndBoxesAlike()
    {
        float[] pixels = [.. Enumerable.Range(0, 3).SelectMany(channel => (float[])[1 + channel, 2, 3, 4])];
        var rotation = new Rotation(90, 2, 2);

        rotation.Apply(pixels);

        Assert.All(pixels.Zip([3, 1, 4, 2, 3, 2, 4, 2, 3, 3, 4, 2]), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        var box = rotation.Around(new(0, 0, 1, 0.5f));
        Assert.Equal(
            (1.5f, 0, 2, 1), (MathF.Round(box.Left, 4), MathF.Round(box.Top, 4), MathF.Round(box.Right, 4), MathF.Round(box.Bottom, 4)));
    }

    // Three quarters of the box lie beside the image, and nothing is cropped: a quarter of it is left.
    [Theory]
    [InlineData(0.24f, true)]
    [InlineData(0.26f, false)]
    public void Apply_PartlyVisibleObject_IsKeptFromTheStatedPartOn(float minimum, bool kept)
    {
        var image = Draw(new(-30, 0, 10, 50));
        var objects = new List<GroundTruth>();

        new Augmentation(AugmentationOptions.None with { MinimumVisible = minimum }).Apply(
            image, ResizeMode.Stretch, Width, Height, 0, new float[3 * Width * Height], objects);

        Assert.Equal(kept, objects.Count == 1);
        if (kept)
            Assert.Equal(new BoundingBox(0, 0, 10 * Width / 300f, 50 * Height / 200f), objects[0].Box);
    }

    [Fact]
    public void Apply_ObjectOutsideOrEmpty_IsDropped()
    {
        var image = Draw(default) with { Objects = [new(new(-20, 0, 0, 50), 0), new(new(10, 10, 10, 50), 0), new(new(300, 10, 310, 50), 0)] };
        List<GroundTruth> objects = [];

        new Augmentation(AugmentationOptions.None with { MinimumVisible = 0 }).Apply(
            image, ResizeMode.Stretch, Width, Height, 0, new float[3 * Width * Height], objects);

        Assert.Empty(objects);
    }

    // Jitter 0.3 moves each side up to 0.3 of the image inwards or outwards: the image appears at 1 / 1.6 to 1 / 0.4 of its plain size, and where
    // the crop reaches beyond it there is grey, which the colours leave alone.
    [Fact]
    public void Apply_WhiteImageManySeeds_ZoomsBothWaysAndPadsWithGrey()
    {
        var image = new TrainingImage(Filled(3 * 100 * 100, 255), 100, 100, [new(new(45, 45, 55, 55), 0)]);
        var augmentation = new Augmentation(new() { Jitter = 0.3f, Exposure = 1.5f });
        float[] input = new float[3 * Width * Height];
        var objects = new List<GroundTruth>();
        var scales = new List<float>();
        int padded = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            augmentation.Apply(image, ResizeMode.Stretch, Width, Height, seed, input, objects);
            scales.Add(objects[0].Box.Width / (10 * Width / 100f));
            var red = input.AsSpan(0, Width * Height);
            float white = red[red.Length / 2 + Width / 2];
            Assert.InRange(white, 1 / 1.5f - 1e-6f, 1);
            Assert.Equal(red.Length, red.Count(white) + red.Count(0.5f));
            padded += red.Contains(0.5f) ? 1 : 0;
        }

        Assert.InRange(scales.Min(), 1 / 1.6f, 0.72f);
        Assert.InRange(scales.Max(), 1.6f, 1 / 0.4f);
        // Only a crop whose four sides all stay inside needs no padding: 1 in 16.
        Assert.InRange(padded, 255, 299);
    }

    [Fact]
    public void Apply_SameSeed_GivesTheSameBytesOnAnyThread()
    {
        var image = new TrainingImage(ImagePreprocessorTests.Noise(3 * 300 * 200, seed: 4), 300, 200, [new(new(20, 130, 90, 190), 1)]);
        var augmentation = new Augmentation(new());
        var (serial, parallel) = (new float[16][], new float[16][]);

        for (int seed = 0; seed < serial.Length; seed++)
            serial[seed] = Run(seed);
        Parallel.For(0, parallel.Length, seed => parallel[seed] = Run(seed));

        for (int seed = 0; seed < serial.Length; seed++)
            Assert.Equal(serial[seed], parallel[seed]);
        Assert.NotEqual(serial[0], serial[1]);

        float[] Run(int seed)
        {
            float[] input = new float[3 * Width * Height];
            augmentation.Apply(image, ResizeMode.Letterbox, Width, Height, seed, input, []);
            return input;
        }
    }

    [Fact]
    public void Apply_BytesDoNotFitTheSize_Throws()
    {
        var image = new TrainingImage(new byte[11], 2, 2, []);

        var exception = Assert.Throws<ArgumentException>(() => new Augmentation(null).Apply(image, ResizeMode.Stretch, 2, 2, 0, new float[12], []));

        Assert.Contains("2 x 2 pixels need 12 bytes, found 11", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { Jitter = 0.5f });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { Jitter = float.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { Hue = -0.1f });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { Saturation = 0.9f });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { Exposure = 11 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { MinimumVisible = 1.1f });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { Mosaic = 1.1f });
    }

    /// <summary>A red rectangle on black, 300 x 200, and its label.</summary>
    private static TrainingImage Draw(BoundingBox box)
    {
        byte[] rgb = new byte[3 * 300 * 200];
        for (int y = Math.Max(0, (int)box.Top); y < box.Bottom; y++)
        {
            for (int x = Math.Max(0, (int)box.Left); x < box.Right; x++)
                rgb[3 * (300 * y + x)] = 255;
        }
        return new(rgb, 300, 200, [new(box, 1)]);
    }

    /// <summary>The extent of what is more red than black or grey, in whole pixels.</summary>
    private static BoundingBox Find(float[] input)
    {
        const int plane = Width * Height;
        int left = Width, top = Height, right = 0, bottom = 0;
        for (int i = 0; i < plane; i++)
        {
            if (input[i] < 0.5f || input[plane + i] > 0.25f)
                continue;
            (left, top) = (Math.Min(left, i % Width), Math.Min(top, i / Width));
            (right, bottom) = (Math.Max(right, i % Width + 1), Math.Max(bottom, i / Width + 1));
        }
        return new(left, top, right, bottom);
    }

    private static byte[] Filled(int length, byte value)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
