namespace Yolo.Model.Reports;

/// <summary>What an evaluation report shows.</summary>
public sealed record ReportOptions
{
    /// <summary>Title of the page. Default: <c>Detection report</c>.</summary>
    public string Title
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrEmpty(value, nameof(Title));
            field = value;
        }
    } = "Detection report";

    /// <summary>Pictures in the gallery for each kind of error, 0 to 100; the worst errors are shown. Default: 8.</summary>
    public int PicturesPerError
    {
        get;
        init
        {
            if (value is not (>= 0 and <= 100))
                throw new ArgumentOutOfRangeException(nameof(PicturesPerError), value, "The number of pictures must lie between 0 and 100.");
            field = value;
        }
    } = 8;

    /// <summary>Longer side of a picture in the gallery, pixels, 64 to 2048. Default: 400, about 25 kB a picture.</summary>
    public int PictureSide
    {
        get;
        init
        {
            if (value is not (>= 64 and <= 2048))
                throw new ArgumentOutOfRangeException(nameof(PictureSide), value, "The side of a picture must lie between 64 and 2048 pixels.");
            field = value;
        }
    } = 400;
}
