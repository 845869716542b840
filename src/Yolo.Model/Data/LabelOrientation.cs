namespace Yolo.Model.Data;

/// <summary>Which pixels boxes count in, where EXIF data in an image's file turn the picture.</summary>
public enum LabelOrientation
{
    /// <summary>The size that the annotation states decides, if the turned picture has other sides; else upright, as most labelling programs show pictures.</summary>
    Auto,

    /// <summary>In the pixels as the file stores them, as Darknet and older labelling programs do.</summary>
    Stored,

    /// <summary>In the pixels of the upright picture, as viewers and browsers show it.</summary>
    Upright,
}
