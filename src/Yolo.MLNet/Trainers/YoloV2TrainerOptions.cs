using Microsoft.ML;
using Yolo.MLNet.Data;
using Yolo.Model;
using Yolo.Model.Anchors;
using Yolo.Model.Data;
using Yolo.Model.Encoding;
using Yolo.Model.Network;
using Yolo.Model.Training;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Trainers;

/// <summary>How <see cref="YoloV2Trainer"/> trains: the options of training itself, and what it takes from and gives to ML.NET.</summary>
public sealed record YoloV2TrainerOptions : TrainingOptions
{
    /// <summary>The network. Its classes and anchors are replaced by those of the data; for another input size use <see cref="NetworkDefinition.WithInputSize"/>.
    /// Default: <see cref="YoloV2Network.TinyVoc"/>, 416 x 416.</summary>
    public NetworkDefinition Network
    {
        get;
        init => field = Argument.NotNull(value);
    } = YoloV2Network.TinyVoc;

    /// <summary>Anchors in grid cells. Default: null, they are clustered from the boxes of the data.</summary>
    public AnchorSet? Anchors { get; init; }

    /// <summary>How many anchors are clustered where <see cref="Anchors"/> is null, at least 1. Default: 5, the paper's.</summary>
    public int AnchorCount
    {
        get;
        init => field = Argument.AtLeast(value, 1);
    } = 5;

    /// <summary>The classes, in the order of their indices; a label that is none of them is an error. Default: null, the texts behind the keys in the order of the
    /// keys where the labels are keys, else every text of the data in ordinal order.</summary>
    public IReadOnlyList<string>? ClassNames { get; init => field = ClassNameList.Checked(value, nameof(ClassNames)); }

    /// <summary>Whether objects that VOC marks as difficult are trained on. Default: false, they are left out, as Darknet's voc_label.py does.</summary>
    public bool IncludeDifficult { get; init; }

    /// <summary>What the training starts from. A path names a Darknet .weights file: one of the whole network, such as
    /// <c>yolov2-voc.weights</c>, whose head starts from random weights if classes or anchors differ in number; or one that ends after one of
    /// its convolutions, such as <c>darknet19_448.conv.23</c>. <see cref="Backbone.ResNet18"/> is a network trained on ImageNet, for
    /// <see cref="YoloV2Network.ResNet18"/>. Other layers start from random weights. Default: null, all do.</summary>
    /// <remarks>With a <see cref="Backbone"/> its convolutions learn at <see cref="TrainingOptions.BackboneRateFactor"/> times the rate unless
    /// <see cref="TrainingOptions.BackboneLayers"/> says otherwise, and the first one, which only scales pixels, stays as it is.</remarks>
    public InitialWeights? InitialWeights { get; init; }

    /// <summary>Bytes of memory, at least 0, for images at three bytes a pixel. Images beyond it are decoded from their files each time they are needed, which costs time but no
    /// memory; those of a data view that has no files are kept in <see cref="CacheFolder"/>. Default: 2 GiB, about 2,200 images of 640 x 480 pixels.</summary>
    public long CacheBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(CacheBytes));
            field = value;
        }
    } = 2L << 30;

    /// <summary>The folder for a temporary file with the images of a data view that has no files, as far as they do not fit into <see cref="CacheBytes"/>: three bytes a pixel. The file is
    /// deleted when the training ends. Default: null, the system's folder for temporary files.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>What is done about an image that cannot be read, also when that turns up in the middle of the training. Left out, it gives its place to the next image, is warned of and
    /// never tried again; a resumed training leaves the same ones out. Default: <see cref="OnError.Skip"/>.</summary>
    public OnError OnError { get; init => field = Argument.Defined(value, nameof(OnError)); } = OnError.Skip;

    /// <summary>Largest share of the images that may be left out, 0 to 1; where more cannot be read the training ends with an error. The validation images count by themselves.
    /// Default: 0.1.</summary>
    public double MaximumSkipped
    {
        get;
        init => field = Argument.InRange(value, 0, 1);
    } = 0.1;

    /// <summary>Data to validate with (<see cref="TrainingOptions.Validation"/>): the same columns and classes as the data that is trained on, and at least one object that is not
    /// difficult. Behind other steps of a pipeline it must have passed through them already. A part of the training data comes from <c>ml.Data.TrainTestSplit</c>. Default: null, none.</summary>
    public IDataView? ValidationData { get; init; }

    /// <summary>Part of the training data, at least 0 and below 1, that is drawn by the seed, validated with and not trained on; in place of <see cref="ValidationData"/>. At least one
    /// image is drawn and one left. Difficult objects and crowds in it are left out as in training (<see cref="IncludeDifficult"/>), so that to find them is a fault. Default: 0, none.</summary>
    public double ValidationFraction
    {
        get;
        init => field = Argument.BelowOne(value);
    }

    /// <summary>Names of the columns that are read, and of those that the trained transformer reads and writes.</summary>
    public ObjectDetectionColumns Columns
    {
        get;
        init => field = Argument.NotNull(value);
    } = new();

    /// <summary>Which boxes the trained transformer reports.</summary>
    public DetectionOptions Detection
    {
        get;
        init => field = Argument.NotNull(value);
    } = new();

    /// <summary>Whether the trained transformer runs in eight-bit integers on the CPU, calibrated with up to 300 of the training images: two to three times as fast where
    /// the processor multiplies bytes. The weights stay in float. Default: false. <see cref="Scoring.YoloV2DetectionTransformer.Quantize"/> does the same to a finished model.</summary>
    public bool Int8 { get; init; }

    /// <summary>Told once, before the first step, what the training begins with. ML.NET's log gets the same in any case.</summary>
    public IProgress<TrainingSummary>? Started { get; init; }

    /// <summary>Told after every step, on the thread that calls <c>Fit</c>. ML.NET's log gets a message per epoch in any case.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops the training with an <see cref="OperationCanceledException"/>; <c>mlContext.CancelExecution()</c> does the same.</summary>
    public CancellationToken CancellationToken { get; init; }
}
