namespace Yolo.Model.Data;

/// <summary>What is done about an image that cannot be used.</summary>
public enum OnError
{
    /// <summary>The image is left out, with a warning that names it.</summary>
    Skip,

    /// <summary>The work ends with an error that names it.</summary>
    Throw,
}
