namespace Yolo.Model.Geometry;

/// <summary>How an image is brought to the size of the network's input. Belongs to the model: scoring must resize as training did.</summary>
public enum ResizeMode
{
    /// <summary>Width and height are scaled apart, so that the image fills the input (AlexeyAB's Darknet without <c>letter_box</c>; the notebook).</summary>
    Stretch,

    /// <summary>Width and height are scaled alike and the rest is filled with 0.5 grey (pjreddie's Darknet, <c>letterbox_image</c> in image.c).</summary>
    Letterbox,
}
