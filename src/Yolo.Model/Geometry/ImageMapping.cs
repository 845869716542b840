namespace Yolo.Model.Geometry;

/// <summary>Where an image lies inside the network's input, and so how coordinates go from one to the other.</summary>
/// <param name="ImageWidth">Width of the image, pixels.</param>
/// <param name="ImageHeight">Height of the image, pixels.</param>
/// <param name="InnerWidth">Width that the image takes up inside the input, pixels.</param>
/// <param name="InnerHeight">Height that the image takes up inside the input, pixels.</param>
/// <param name="OffsetX">Input pixels to the left of the image.</param>
/// <param name="OffsetY">Input pixels above the image.</param>
public readonly record struct ImageMapping(int ImageWidth, int ImageHeight, int InnerWidth, int InnerHeight, int OffsetX, int OffsetY)
{
    /// <summary>The mapping of an image into an input of the given size; all sizes in pixels, at least 1.</summary>
    /// <remarks>Letterbox rounds as Darknet does (image.c, <c>letterbox_image</c>): integer division for the inner size and for the offset.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static ImageMapping Create(ResizeMode mode, int imageWidth, int imageHeight, int inputWidth, int inputHeight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imageWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputHeight, 1);
        if (mode == ResizeMode.Stretch)
            return new(imageWidth, imageHeight, inputWidth, inputHeight, 0, 0);

        bool widthLimits = (float)inputWidth / imageWidth < (float)inputHeight / imageHeight;
        int innerWidth = widthLimits ? inputWidth : Math.Max(1, (int)((long)imageWidth * inputHeight / imageHeight));
        int innerHeight = widthLimits ? Math.Max(1, (int)((long)imageHeight * inputWidth / imageWidth)) : inputHeight;
        return new(imageWidth, imageHeight, innerWidth, innerHeight, (inputWidth - innerWidth) / 2, (inputHeight - innerHeight) / 2);
    }

    /// <summary>From pixels of the image to pixels of the input.</summary>
    public BoundingBox ToInput(BoundingBox box)
    {
        float x = (float)InnerWidth / ImageWidth, y = (float)InnerHeight / ImageHeight;
        return new(box.Left * x + OffsetX, box.Top * y + OffsetY, box.Right * x + OffsetX, box.Bottom * y + OffsetY);
    }

    /// <summary>From pixels of the input to pixels of the image; the inverse of <see cref="ToInput"/>.</summary>
    public BoundingBox ToImage(BoundingBox box)
    {
        float x = (float)ImageWidth / InnerWidth, y = (float)ImageHeight / InnerHeight;
        return new((box.Left - OffsetX) * x, (box.Top - OffsetY) * y, (box.Right - OffsetX) * x, (box.Bottom - OffsetY) * y);
    }
}
