using Yolo.Model.Imaging;

namespace Yolo.MLNet.Data;

/// <summary>An image that is a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Width in pixels, in that orientation.</param>
/// <param name="Height">Height in pixels, in that orientation.</param>
/// <param name="Orientation">The orientation in which it is decoded.</param>
internal readonly record struct ImageFileEntry(string Path, int Width, int Height, ImageOrientation Orientation);
