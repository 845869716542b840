using CsCheck;
using Xunit;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Geometry;

public sealed class ImageMappingPropertyTests
{
    private static readonly Gen<ImageMapping> s_mappings = Gen.Select(
        Gen.Bool, Gen.Int[1, 5_000], Gen.Int[1, 5_000], Gen.Int[1, 20], Gen.Int[1, 20],
        (letterbox, width, height, columns, rows) => ImageMapping.Create(letterbox ? ResizeMode.Letterbox : ResizeMode.Stretch, width, height, 32 * columns, 32 * rows));

    [Fact]
    public void ToImage_OfToInputOfAnyBox_GivesItBack() =>
        Gen.Select(s_mappings, Gen.Float[-1, 2], Gen.Float[-1, 2], Gen.Float[-1, 2], Gen.Float[-1, 2]).Sample(
            (mapping, left, top, right, bottom) =>
            {
                var box = new BoundingBox(left * mapping.ImageWidth, top * mapping.ImageHeight, right * mapping.ImageWidth, bottom * mapping.ImageHeight);
                var back = mapping.ToImage(mapping.ToInput(box));

                // A float has 24 bits: of the input, and of what it is enlarged to.
                float x = 1e-6f * (2 * mapping.ImageWidth + (float)mapping.ImageWidth / mapping.InnerWidth * mapping.InputWidth);
                float y = 1e-6f * (2 * mapping.ImageHeight + (float)mapping.ImageHeight / mapping.InnerHeight * mapping.InputHeight);
                Assert.Equal(box.Left, back.Left, x);
                Assert.Equal(box.Right, back.Right, x);
                Assert.Equal(box.Top, back.Top, y);
                Assert.Equal(box.Bottom, back.Bottom, y);
            },
            iter: 5_000, threads: 1);

    // The image fills one side of the input and fits the other, its sides in proportion to a pixel, the bars alike to a pixel.
    [Fact]
    public void Create_AnySizes_FitsTheImageIntoTheInput() =>
        s_mappings.Sample(
            mapping =>
            {
                var (width, height, innerWidth, innerHeight, inputWidth, inputHeight) = mapping;

                Assert.InRange(innerWidth, 1, inputWidth);
                Assert.InRange(innerHeight, 1, inputHeight);
                Assert.True(innerWidth == inputWidth || innerHeight == inputHeight);
                Assert.InRange(inputWidth - innerWidth - 2 * mapping.OffsetX, 0, 1);
                Assert.InRange(inputHeight - innerHeight - 2 * mapping.OffsetY, 0, 1);
                if (innerWidth < inputWidth)
                    Assert.InRange(innerWidth, Math.Max(1, (double)width * inputHeight / height - 1), Math.Max(1, (double)width * inputHeight / height));
                if (innerHeight < inputHeight)
                    Assert.InRange(innerHeight, Math.Max(1, (double)height * inputWidth / width - 1), Math.Max(1, (double)height * inputWidth / width));
                // Corners go to corners.
                var corners = mapping.ToInput(new(0, 0, width, height));
                Assert.Equal(innerWidth, corners.Width, 1e-2f);
                Assert.Equal(innerHeight, corners.Height, 1e-2f);
            },
            iter: 5_000, threads: 1);
}
