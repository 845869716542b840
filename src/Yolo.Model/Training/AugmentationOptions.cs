namespace Yolo.Model.Training;

/// <summary>How training images are varied. The defaults are those of Darknet's <c>yolov2-voc.cfg</c>; its flip cannot be turned off.</summary>
public sealed record AugmentationOptions
{
    /// <summary>No variation at all: images are only resized.</summary>
    public static AugmentationOptions None { get; } = new() { Jitter = 0, Flip = false, Hue = 0, Saturation = 1, Exposure = 1 };

    /// <summary>How far each side of the crop may move inwards or outwards, as a fraction of the image's side: 0 (no crop) up to, not including, 0.5.
    /// Default: 0.2 (Darknet's <c>jitter</c> in <c>yolov2-voc.cfg</c>).</summary>
    public float Jitter
    {
        get;
        init => field = Argument.InRange(value, 0, 0.499f);
    } = 0.2f;

    /// <summary>The largest factor on the size of the picture after the crop; its inverse is the smallest: 1 (unchanged) to 10. What moves
    /// into view beside the image is grey. Default: 1.</summary>
    public float Zoom
    {
        get;
        init => field = Argument.InRange(value, 1, 10);
    } = 1;

    /// <summary>How far the input may turn either way about its center, degrees, 0 to 180. What moves into view is grey; a box becomes the
    /// upright box around the turned one, so keep the angle small for objects that do not fill their boxes. Costs a second sampling of the
    /// input. Default: 0.</summary>
    public float Rotation
    {
        get;
        init => field = Argument.InRange(value, 0, 180);
    }

    /// <summary>Whether every second image is mirrored left to right. Default: true.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Whether every second image is mirrored top to bottom, for pictures without an up, such as microscopy. Default: false.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>How far the hue may turn either way, as a fraction of the full circle: 0 to 0.5. Default: 0.1 (Darknet's <c>hue</c>).</summary>
    public float Hue
    {
        get;
        init => field = Argument.InRange(value, 0, 0.5f);
    } = 0.1f;

    /// <summary>The largest factor on the HSV saturation; its inverse is the smallest: 1 (unchanged) to 10. Default: 1.5 (Darknet's <c>saturation</c>).</summary>
    public float Saturation
    {
        get;
        init => field = Argument.InRange(value, 1, 10);
    } = 1.5f;

    /// <summary>The largest factor on the HSV value; its inverse is the smallest: 1 (unchanged) to 10. Default: 1.5 (Darknet's <c>exposure</c>).</summary>
    public float Exposure
    {
        get;
        init => field = Argument.InRange(value, 1, 10);
    } = 1.5f;

    /// <summary>How many of the inputs are mosaics, 0 to 1: four images around a random centre, an idea of YOLOv4 (Bochkovskiy et al., 2020, section 3.3). The
    /// other three are drawn from all images. Default: 0, none.</summary>
    public float Mosaic
    {
        get;
        init => field = Argument.InRange(value, 0, 1);
    }

    /// <summary>Epochs at the end of the run, at least 0, that have no mosaics, so that the network ends on pictures as they are (an idea
    /// of YOLOX, Ge et al., 2021). Default: 0.</summary>
    public int MosaicOffEpochs
    {
        get;
        init => field = Argument.AtLeast(value, 0);
    }

    /// <summary>The part of a box's area, 0 to 1, that must stay visible for the object to stay in the labels, whether the edge of a crop or of a tile in a mosaic cuts
    /// it. What stays is labelled with the visible part of its box. Default: 0.25.</summary>
    public float MinimumVisible
    {
        get;
        init => field = Argument.InRange(value, 0, 1);
    } = 0.25f;
}
