namespace Yolo.Model.Data;

/// <summary>A labelled object with its place in an annotation file, before its box is checked.</summary>
/// <param name="Item">The object, its box in pixels as the file gives it.</param>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Number">What the format counts its objects by: their order in the file, from 1, or an id.</param>
internal readonly record struct AnnotatedObject(LabelledObject Item, int Line, long Number);
