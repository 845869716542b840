namespace Yolo.Model.Data;

/// <summary>What is done about an image that cannot be used.</summary>
public enum OnError
{
    /// <summary>It is left out, with a warning that names it.</summary>
    Skip,

    /// <summary>Its error is thrown.</summary>
    Throw,
}
