namespace Yolo.Web;

/// <summary>What was found in an image.</summary>
/// <param name="Width">Width of the image in pixels, upright as its EXIF data says.</param>
/// <param name="Height">Height of the image in pixels.</param>
/// <param name="Detections">The objects, in descending order of score.</param>
/// <param name="DecodeMilliseconds">Time that decoding the file took.</param>
/// <param name="DetectMilliseconds">Time that detection took: resizing, network and suppression.</param>
public sealed record DetectionResponse(int Width, int Height, IReadOnlyList<FoundObject> Detections, double DecodeMilliseconds, double DetectMilliseconds);

/// <summary>An object.</summary>
/// <param name="ClassName">Name of its class.</param>
/// <param name="ClassIndex">Index of its class among those of the model, from 0.</param>
/// <param name="Score">Objectness times class probability, 0 to 1.</param>
/// <param name="Box">Where it is.</param>
public sealed record FoundObject(string ClassName, int ClassIndex, float Score, PixelBox Box);

/// <summary>A box in pixels of the image, clipped to it; the origin is the image's upper left corner.</summary>
/// <param name="Left">Smallest x.</param>
/// <param name="Top">Smallest y.</param>
/// <param name="Right">Largest x.</param>
/// <param name="Bottom">Largest y.</param>
public sealed record PixelBox(float Left, float Top, float Right, float Bottom);

/// <summary>The model that is served.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Classes">Names of its classes, by index.</param>
/// <param name="InputWidth">Width of the network's input in pixels.</param>
/// <param name="InputHeight">Height of the network's input in pixels.</param>
/// <param name="LowestScore">Lowest threshold that can be asked for.</param>
/// <param name="DefaultThreshold">The threshold where none is asked for.</param>
/// <param name="MaximumBytes">Bytes that an image may have as a file.</param>
public sealed record ModelDescription(
    string Name, IReadOnlyList<string> Classes, int InputWidth, int InputHeight, float LowestScore, float DefaultThreshold, int MaximumBytes);
