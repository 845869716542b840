using System.Collections.Frozen;
using Microsoft.ML.Data;
using Yolo.MLNet.Data;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.MLNet.Transforms;

/// <summary>The rules by which the objects of an image become targets: those of the trainer, where it does not vary the image.</summary>
internal sealed class TargetEncoding
{
    private readonly FrozenDictionary<string, int> _classes;
    private readonly TargetEncoder _encoder;
    private readonly int _inputWidth, _inputHeight;

    /// <summary>Takes the grid, and options that name the classes.</summary>
    public TargetEncoding(AnchorSet anchors, int gridWidth, int gridHeight, YoloV2EncodeTargetsOptions options)
    {
        ClassNames = options.ClassNames!;
        _classes = ClassNames.Index().ToFrozenDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        Layout = new(gridWidth, gridHeight, anchors.Count, ClassNames.Count);
        (Anchors, Options) = (anchors, options);
        _encoder = new(Layout, anchors);
        (_inputWidth, _inputHeight) = InputSize(gridWidth, gridHeight, options);
    }

    public AnchorSet Anchors { get; }

    public RegionLayout Layout { get; }

    public IReadOnlyList<string> ClassNames { get; }

    public YoloV2EncodeTargetsOptions Options { get; }

    /// <summary>Pixels of the network's input.</summary>
    public static (int Width, int Height) InputSize(int gridWidth, int gridHeight, YoloV2EncodeTargetsOptions options)
    {
        const int pixelsPerCell = 32;
        return (options.InputWidth ?? checked(pixelsPerCell * gridWidth), options.InputHeight ?? checked(pixelsPerCell * gridHeight));
    }

    /// <summary>Encodes the objects of a row.</summary>
    /// <param name="objects">The objects, boxes in pixels of the image.</param>
    /// <param name="image">The image; only its size counts.</param>
    /// <param name="row">Position of the row, for messages.</param>
    /// <param name="counts">What became of the objects.</param>
    /// <exception cref="InvalidDataException">A label is not among the classes.</exception>
    public EncodedTargets Encode(IReadOnlyList<LabelledObject> objects, MLImage image, long row, out TargetCounts counts)
    {
        var mapping = ImageMapping.Create(Options.Resize, image.Width, image.Height, _inputWidth, _inputHeight);
        var truths = new List<GroundTruth>(objects.Count);
        (int difficult, int outside, int clipped) = (0, 0, 0);
        foreach (var item in objects)
        {
            if (item.Crowd || (item.Difficult && !Options.IncludeDifficult))
            {
                difficult++;
                continue;
            }
            if (!_classes.TryGetValue(item.ClassName, out int classIndex))
                throw new InvalidDataException($"Row {row}: the label '{item.ClassName}' is not among the classes: {string.Join(", ", ClassNames)}.");
            if (!TrainingImageReader.TryClip(item.Box, image.Width, image.Height, out var inside))
            {
                outside++;
                continue;
            }
            clipped += inside != item.Box ? 1 : 0;
            truths.Add(new(ToInput(mapping, inside), classIndex, item.Difficult));
        }
        var encoded = _encoder.Encode(truths, _inputWidth, _inputHeight);
        counts = new(objects.Count, difficult, outside + encoded.Dropped, clipped, encoded.Displaced, encoded.Overwritten(Options.TrueBoxRows));
        return encoded;
    }

    private BoundingBox ToInput(ImageMapping mapping, BoundingBox box)
    {
        box = mapping.ToInput(box);
        return Options.TruncatePixels ? new((int)box.Left, (int)box.Top, (int)box.Right, (int)box.Bottom) : box;
    }
}
