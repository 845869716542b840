using System.Runtime.CompilerServices;
using Yolo.MLNet.Data;
using Yolo.Model;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Transforms;

/// <summary>How <c>mlContext.Transforms.YoloV2EncodeTargets</c> encodes: which classes there are, how boxes come to the network's input, and which columns are read and
/// written. The defaults are those of the trainer.</summary>
public sealed record YoloV2EncodeTargetsOptions
{
    /// <summary>The classes, in the order of their indices; a label that is none of them is an error. Default: null, the texts behind the keys in the order of the keys
    /// where the labels are keys, else every text of the data that is fitted, in ordinal order.</summary>
    public IReadOnlyList<string>? ClassNames
    {
        get;
        init => field = ClassNameList.Checked(value, nameof(ClassNames));
    }

    /// <summary>Rows of the buffer of true boxes, at least 1. Default: 50, the notebook's.</summary>
    public int TrueBoxRows { get; init => field = AtLeastOne(value); } = 50;

    /// <summary>Width of the network's input in pixels, at least 1. Default: null, 32 a column of the grid, as in every published YOLOv2.</summary>
    public int? InputWidth { get; init => field = value is null ? null : AtLeastOne(value.Value); }

    /// <summary>Height of the network's input in pixels, at least 1. Default: null, 32 a row of the grid.</summary>
    public int? InputHeight { get; init => field = value is null ? null : AtLeastOne(value.Value); }

    /// <summary>How images are brought to the input's size. Default: <see cref="ResizeMode.Stretch"/>.</summary>
    public ResizeMode Resize { get; init => field = Argument.Defined(value, nameof(Resize)); }

    /// <summary>Whether the corners of boxes, in pixels of the input, are cut down to whole numbers as the notebook does before it encodes. Default: false, as the trainer.</summary>
    public bool TruncatePixels { get; init; }

    /// <summary>Whether objects that VOC marks as difficult are encoded. Default: false, they are left out.</summary>
    public bool IncludeDifficult { get; init; }

    /// <summary>Names of the columns that are read: image, labels, boxes and, where it is there, the flag of difficult objects.</summary>
    public ObjectDetectionColumns Columns
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Columns));
            field = value;
        }
    } = new();

    /// <summary>Output: the target tensor, a vector of Single with the dimensions [gridHeight, gridWidth, A, 5 + C]. Default: <c>Targets</c>.</summary>
    public string TargetsColumn { get; init => field = NotEmpty(value); } = "Targets";

    /// <summary>Output: the buffer of true boxes, a vector of Single with the dimensions [<see cref="TrueBoxRows"/>, 4]. Default: <c>TrueBoxes</c>.</summary>
    public string TrueBoxesColumn { get; init => field = NotEmpty(value); } = "TrueBoxes";

    /// <summary>Output: what became of the objects, a vector of Int32 whose slot names say what each number counts. Default: <c>TargetCounts</c>.</summary>
    public string CountsColumn { get; init => field = NotEmpty(value); } = "TargetCounts";

    private static int AtLeastOne(int value, [CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        return value;
    }

    private static string NotEmpty(string value, [CallerMemberName] string name = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(value, name);
        return value;
    }
}
