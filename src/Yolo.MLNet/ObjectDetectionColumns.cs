namespace Yolo.MLNet;

/// <summary>Names of the columns that object detection reads and writes. The defaults are those of <c>ml.Data.LoadFromVoc</c> and of ML.NET's own object
/// detection. Boxes are four numbers each, x0, y0, x1, y1, in pixels of the image as given, before any resizing.</summary>
public sealed record ObjectDetectionColumns
{
    /// <summary>Input of reports that may be absent: where the image comes from, text. Default: <c>ImagePath</c>.</summary>
    public string ImagePath
    {
        get;
        init => field = NotEmpty(value, nameof(ImagePath));
    } = "ImagePath";

    /// <summary>Input: the image, of any size. Default: <c>Image</c>.</summary>
    public string Image
    {
        get;
        init => field = NotEmpty(value, nameof(Image));
    } = "Image";

    /// <summary>Input of training and evaluation: class of each object, a vector of text or of keys with texts behind them. Default: <c>Labels</c>.</summary>
    public string Labels
    {
        get;
        init => field = NotEmpty(value, nameof(Labels));
    } = "Labels";

    /// <summary>Input of training and evaluation: boxes of the objects, a vector of Single. Default: <c>BoundingBoxes</c>.</summary>
    public string BoundingBoxes
    {
        get;
        init => field = NotEmpty(value, nameof(BoundingBoxes));
    } = "BoundingBoxes";

    /// <summary>Input of training and evaluation that may be absent: VOC's flag of each object, a vector of Boolean. Default: <c>Difficult</c>.</summary>
    public string Difficult
    {
        get;
        init => field = NotEmpty(value, nameof(Difficult));
    } = "Difficult";

    /// <summary>Input of training and evaluation that may be absent: COCO's flag of each object, a box around many, a vector of Boolean. Default: <c>Crowd</c>.</summary>
    public string Crowd
    {
        get;
        init => field = NotEmpty(value, nameof(Crowd));
    } = "Crowd";

    /// <summary>Input of evaluation that may be absent: COCO's area of each object in pixels, NaN for that of its box, a vector of Single. Default: <c>Area</c>.</summary>
    public string Area
    {
        get;
        init => field = NotEmpty(value, nameof(Area));
    } = "Area";

    /// <summary>Output: class of each detection, a vector of keys with the class names behind them. Default: <c>PredictedLabel</c>.</summary>
    public string PredictedLabel
    {
        get;
        init => field = NotEmpty(value, nameof(PredictedLabel));
    } = "PredictedLabel";

    /// <summary>Output: the texts behind <see cref="PredictedLabel"/>, so that a plain class can hold them. Default: <c>PredictedLabelText</c>.</summary>
    public string PredictedLabelText
    {
        get;
        init => field = NotEmpty(value, nameof(PredictedLabelText));
    } = "PredictedLabelText";

    /// <summary>Output: score of each detection, 0 to 1, in descending order, a vector of Single. Default: <c>Score</c>.</summary>
    public string Score
    {
        get;
        init => field = NotEmpty(value, nameof(Score));
    } = "Score";

    /// <summary>Output: boxes of the detections, clipped to the image, a vector of Single. Default: <c>PredictedBoundingBoxes</c>.</summary>
    public string PredictedBoundingBoxes
    {
        get;
        init => field = NotEmpty(value, nameof(PredictedBoundingBoxes));
    } = "PredictedBoundingBoxes";

    private static string NotEmpty(string value, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, name);
        return value;
    }
}
