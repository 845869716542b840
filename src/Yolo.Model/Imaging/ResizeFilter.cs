namespace Yolo.Model.Imaging;

/// <summary>How the pixels of an image become those of the network's input. Belongs to the model: scoring must sample as training
/// did.</summary>
public enum ResizeFilter
{
    /// <summary>Darknet's own (image.c, <c>resize_image</c>): bilinear between corner-aligned pixels, without antialiasing. For Darknet's
    /// files: their weights expect it, its flaws included. In a photograph of several times the input's size most pixels are skipped, and
    /// what is left of noise and fine detail is chance.</summary>
    Darknet,

    /// <summary>Every pixel counts: a triangle as wide as the step from one input pixel to the next, with half-pixel centers (Pillow's
    /// <c>BILINEAR</c>, PyTorch's <c>interpolate</c> with <c>antialias=True</c>). An image that is at least four times as wide and as high
    /// as the input is first averaged over squares, by the largest whole factor that leaves it twice as wide and as high.</summary>
    Antialiased,
}
