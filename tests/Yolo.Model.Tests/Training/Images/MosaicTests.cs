using Xunit;
using Yolo.Model.Geometry;
using Yolo.Model.Tests.Imaging;
using Yolo.Model.Tests.Inference;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Tests.Training.Images;

public sealed class MosaicTests
{
    private const int Width = 160, Height = 96;

    private static readonly AugmentationOptions Plain = AugmentationOptions.None with { MinimumVisible = 0 };

    // A rectangle of its own colour in each image; its pixels in the mosaic are found again and compared with its box.
    [Theory]
    [InlineData(ResizeMode.Stretch)]
    [InlineData(ResizeMode.Letterbox)]
    public void ApplyMosaic_ManySeeds_BoxesFollowThePixels(ResizeMode resize)
    {
        TrainingImage[] images =
        [
            Draw(300, 200, new(20, 130, 90, 190), colour: 1),
            Draw(120, 240, new(30, 20, 80, 70), colour: 2),
            Draw(400, 100, new(200, 10, 330, 80), colour: 3),
            Draw(160, 96, new(60, 30, 100, 70), colour: 4),
        ];
        var augmentation = new Augmentation(Plain with { Jitter = 0.2f, Flip = true, VerticalFlip = true });
        float[] input = new float[3 * Width * Height];
        var objects = new List<GroundTruth>();
        int[] seen = new int[4];
        for (int seed = 0; seed < 300; seed++)
        {
            augmentation.ApplyMosaic(images, resize, Width, Height, seed, input, objects);

            for (int i = 0; i < images.Length; i++)
            {
                var found = Find(input, colour: i + 1);
                var boxes = objects.Where(item => item.ClassIndex == i + 1).Select(item => item.Box).ToList();
                if (boxes.Count == 0)
                {
                    Assert.True(found.Width < 1.5f || found.Height < 1.5f, $"Seed {seed}: no box for {found} in tile {i}.");
                    continue;
                }
                var box = Assert.Single(boxes);
                if (box.Width < 1 || box.Height < 1)
                    continue;
                float largest = new[] { box.Left - found.Left, box.Top - found.Top, box.Right - found.Right, box.Bottom - found.Bottom }.Max(MathF.Abs);
                Assert.True(largest <= 1.5f, $"Seed {seed}: box {box}, pixels {found} in tile {i}.");
                seen[i]++;
            }
        }
        Assert.All(seen, count => Assert.InRange(count, 150, 300));
    }

    // White images without any variation: a tile shows its image, and grey where it is smaller than the tile. The centre stays off the borders by a quarter.
    [Fact]
    public void ApplyMosaic_FourColours_FillsFourTilesAroundACentre()
    {
        TrainingImage[] images = [.. Enumerable.Range(1, 4).Select(colour => Draw(80, 60, new(0, 0, 80, 60), colour))];
        float[] input = new float[3 * Width * Height];
        var centers = new List<(float X, float Y)>();
        for (int seed = 0; seed < 200; seed++)
        {
            List<GroundTruth> objects = [];
            new Augmentation(Plain).ApplyMosaic(images, ResizeMode.Stretch, Width, Height, seed, input, objects);

            BoundingBox[] tiles = [.. Enumerable.Range(1, 4).Select(colour => Find(input, colour))];
            Assert.True(tiles[0].Right <= tiles[1].Left && tiles[2].Right <= tiles[3].Left && tiles[0].Bottom <= tiles[2].Top && tiles[1].Bottom <= tiles[3].Top);
            // As large as its tile or as the whole image at half size.
            Assert.All(tiles, tile => Assert.True(tile.Width >= 0.25f * Width - 1 && tile.Height >= 0.25f * Height - 1));
            if (tiles[0].Right == tiles[1].Left && tiles[0].Bottom == tiles[2].Top)
                centers.Add((tiles[0].Right / Width, tiles[0].Bottom / Height));
        }
        Assert.InRange(centers.Count, 30, 200);
        Assert.InRange(centers.Min(center => center.X), 0.24f, 0.35f);
        Assert.InRange(centers.Max(center => center.X), 0.65f, 0.75f);
        Assert.InRange(centers.Min(center => center.Y), 0.24f, 0.35f);
        Assert.InRange(centers.Max(center => center.Y), 0.65f, 0.75f);
    }

    // A square of 30 x 20 in an image of 300 x 200 is 16 x 9.6 pixels of an input of 160 x 96, and 0.5 to 1 times that in a mosaic: what a tile cuts has another ratio of sides,
    // unless it was cut on both sides alike.
    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public void ApplyMosaic_ObjectsCutByTiles_AreKeptAsMinimumVisibleSays(float minimumVisible, bool onlyWhole)
    {
        var image = Draw(300, 200, new(20, 130, 50, 150), colour: 1);
        var augmentation = new Augmentation(Plain with { MinimumVisible = minimumVisible });
        var objects = new List<GroundTruth>();
        int kept = 0, whole = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            augmentation.ApplyMosaic([image, image, image, image], ResizeMode.Stretch, Width, Height, seed, new float[3 * Width * Height], objects);
            kept += objects.Count;
            // Windows are whole pixels of the image, so that a scale is off by 2 % at most.
            whole += objects.Count(item => Math.Abs(item.Box.Width / item.Box.Height / (16 / 9.6f) - 1) < 0.04f && item.Box.Width is > 7.8f and < 16.4f);
        }

        Assert.InRange(whole, 100, 800);
        Assert.Equal(onlyWhole, whole == kept);
    }

    [Fact]
    public void ApplyMosaic_SameSeed_GivesTheSameBytes()
    {
        TrainingImage[] images = [.. Enumerable.Range(0, 4).Select(i => new TrainingImage(ImagePreprocessorTests.Noise(3 * 90 * 70, seed: i), 90, 70, [new(new(20, 30, 60, 60), i)]))];

        var (first, firstObjects) = Run(3);
        var (second, secondObjects) = Run(3);
        var (other, _) = Run(4);

        Assert.Equal(first, second);
        Assert.Equal(firstObjects, secondObjects);
        Assert.NotEqual(first, other);

        (float[] Pixels, List<GroundTruth> Objects) Run(int seed)
        {
            float[] input = new float[3 * Width * Height];
            List<GroundTruth> objects = [];
            new Augmentation(new() { Mosaic = 1 }).ApplyMosaic(images, ResizeMode.Letterbox, Width, Height, seed, input, objects);
            return (input, objects);
        }
    }

    [Fact]
    public void ApplyMosaic_ThreeImages_AreRefused()
    {
        var image = Draw(8, 8, default, colour: 1);

        var error = Assert.Throws<ArgumentException>(
            () => new Augmentation(null).ApplyMosaic([image, image, image], ResizeMode.Stretch, 8, 8, 0, new float[3 * 8 * 8], []));

        Assert.Contains("made of 4 images, found 3", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A rectangle on black, and its label; the bits of the colour, which is its class, too, are red, green and blue.</summary>
    private static TrainingImage Draw(int width, int height, BoundingBox box, int colour)
    {
        byte[] rgb = new byte[3 * width * height];
        for (int y = (int)box.Top; y < box.Bottom; y++)
        {
            for (int x = (int)box.Left; x < box.Right; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                    rgb[3 * (width * y + x) + channel] = (colour >> channel & 1) == 1 ? (byte)255 : (byte)0;
            }
        }
        return new(rgb, width, height, [new(box, colour)]);
    }

    /// <summary>The extent of what is more of a colour than black, in whole pixels.</summary>
    private static BoundingBox Find(float[] input, int colour)
    {
        const int plane = Width * Height;
        int left = Width, top = Height, right = 0, bottom = 0;
        for (int i = 0; i < plane; i++)
        {
            bool matches = true;
            for (int channel = 0; channel < 3; channel++)
                matches &= (colour >> channel & 1) == 1 ? input[channel * plane + i] > 0.5f : input[channel * plane + i] < 0.25f;
            if (!matches)
                continue;
            (left, top) = (Math.Min(left, i % Width), Math.Min(top, i / Width));
            (right, bottom) = (Math.Max(right, i % Width + 1), Math.Max(bottom, i / Width + 1));
        }
        return new(left, top, right, bottom);
    }
}
