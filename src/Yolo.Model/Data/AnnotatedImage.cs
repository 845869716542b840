namespace Yolo.Model.Data;

/// <summary>What an annotation says of an image, before anything is compared with the image's file.</summary>
/// <param name="Path">The image file.</param>
/// <param name="Place">The annotation: a file, or a file and line in parentheses; for messages.</param>
/// <param name="File">The annotation's file, that lines of objects count in.</param>
/// <param name="StatedSize">The size that the annotation gives, pixels; null: none.</param>
/// <param name="Objects">The objects.</param>
/// <param name="InFractions">Whether boxes are fractions of the image's width and height, and not pixels.</param>
internal sealed record AnnotatedImage(
    string Path, string Place, string File, (int Width, int Height)? StatedSize, IReadOnlyList<AnnotatedObject> Objects, bool InFractions = false);

/// <summary>A labelled object with its place in an annotation file, before its box is checked.</summary>
/// <param name="Item">The object, its box as the file gives it.</param>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Number">What the format counts its objects by: their order in the file, from 1, or an id.</param>
internal readonly record struct AnnotatedObject(LabelledObject Item, int Line, long Number);
