namespace Yolo.Model.Geometry;

/// <summary>Where an image lies inside the network's input, and so how coordinates go from one to the other.</summary>
/// <param name="ImageWidth">Width of the image, pixels.</param>
/// <param name="ImageHeight">Height of the image, pixels.</param>
/// <param name="InnerWidth">Width that the image takes up inside the input, pixels.</param>
/// <param name="InnerHeight">Height that the image takes up inside the input, pixels.</param>
/// <param name="InputWidth">Width of the input, pixels.</param>
/// <param name="InputHeight">Height of the input, pixels.</param>
/// <remarks>Where the bars of a letterbox are an odd number of pixels, Darknet draws the image half a pixel further left or up than it takes it to be when it maps boxes
/// (image.c, <c>letterbox_image</c>; region_layer.c, <c>correct_region_boxes</c>). So does this, both ways: detections equal Darknet's, and a network
/// trained here finds its boxes where the truth was.</remarks>
public readonly record struct ImageMapping(int ImageWidth, int ImageHeight, int InnerWidth, int InnerHeight, int InputWidth, int InputHeight)
{
    /// <summary>Input pixels to the left of the image as it is drawn.</summary>
    public int OffsetX => (InputWidth - InnerWidth) / 2;

    /// <summary>Input pixels above the image as it is drawn.</summary>
    public int OffsetY => (InputHeight - InnerHeight) / 2;

    // What lies beside the image as boxes are mapped.
    private float MarginX => (InputWidth - InnerWidth) / 2f;

    private float MarginY => (InputHeight - InnerHeight) / 2f;

    /// <summary>The mapping of an image into an input of the given size; all sizes in pixels, at least 1.</summary>
    /// <remarks>Letterbox rounds as Darknet does (image.c, <c>letterbox_image</c>): integer division for the inner size and for the offset.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or there is no such mode.</exception>
    public static ImageMapping Create(ResizeMode mode, int imageWidth, int imageHeight, int inputWidth, int inputHeight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imageWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputHeight, 1);
        if (Argument.Defined(mode, nameof(mode)) == ResizeMode.Stretch)
            return new(imageWidth, imageHeight, inputWidth, inputHeight, inputWidth, inputHeight);

        bool widthLimits = (float)inputWidth / imageWidth < (float)inputHeight / imageHeight;
        int innerWidth = widthLimits ? inputWidth : Math.Max(1, (int)((long)imageWidth * inputHeight / imageHeight));
        int innerHeight = widthLimits ? Math.Max(1, (int)((long)imageHeight * inputWidth / imageWidth)) : inputHeight;
        return new(imageWidth, imageHeight, innerWidth, innerHeight, inputWidth, inputHeight);
    }

    /// <summary>From pixels of the image to pixels of the input.</summary>
    public BoundingBox ToInput(BoundingBox box)
    {
        float x = (float)InnerWidth / ImageWidth, y = (float)InnerHeight / ImageHeight;
        return new(box.Left * x + MarginX, box.Top * y + MarginY, box.Right * x + MarginX, box.Bottom * y + MarginY);
    }

    /// <summary>From pixels of the input to pixels of the image; the inverse of <see cref="ToInput"/>.</summary>
    public BoundingBox ToImage(BoundingBox box)
    {
        float x = (float)ImageWidth / InnerWidth, y = (float)ImageHeight / InnerHeight;
        return new((box.Left - MarginX) * x, (box.Top - MarginY) * y, (box.Right - MarginX) * x, (box.Bottom - MarginY) * y);
    }
}
