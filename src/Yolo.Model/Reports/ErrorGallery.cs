using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>The page's gallery of the worst errors.</summary>
internal static class ErrorGallery
{
    public static void Write(TextWriter page, DetectionMetrics metrics, IReadOnlyList<ErrorPicture> pictures)
    {
        page.WriteLine("<h2>Worst errors</h2>");
        page.WriteLine("<p>Whole lines are detections, dashed lines are objects as they are labelled.</p>");
        foreach (var kind in Enum.GetValues<DetectionErrorKind>())
        {
            var (title, order) = Describe(kind);
            int count = metrics.Errors.Count(error => error.Kind == kind);
            ErrorPicture[] shown = [.. pictures.Where(picture => picture.Error.Kind == kind)];
            page.WriteLine($"<h3>{title}: {Numbers.Count(count)}</h3>");
            if (count > shown.Length && shown.Length > 0)
                page.WriteLine($"<p class=\"note\">The {shown.Length} {order}.</p>");
            if (shown.Length == 0)
                continue;
            page.WriteLine("<div class=\"gallery\">");
            foreach (var picture in shown)
                WriteFigure(page, picture, metrics.Confusion.ClassNames);
            page.WriteLine("</div>");
        }
    }

    private static (string Title, string Order) Describe(DetectionErrorKind kind) => kind switch
    {
        DetectionErrorKind.FalsePositive => ("False detections", "of highest score"),
        DetectionErrorKind.Missed => ("Missed objects", "of largest area"),
        DetectionErrorKind.WrongClass => ("Objects taken for another class", "of highest score"),
        DetectionErrorKind.BadLocalization => ("Badly localised", "of highest score"),
        DetectionErrorKind.Duplicate => ("Found twice", "of highest score"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of error."),
    };

    private static void WriteFigure(TextWriter page, ErrorPicture picture, IReadOnlyList<string> classNames)
    {
        string source = HtmlText.Encode(picture.Source), text = HtmlText.Encode(Caption(picture.Error, classNames));
        page.Write("<figure>");
        if (picture.Jpeg is { } jpeg)
            page.Write($"<img loading=\"lazy\" alt=\"{text}\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\">");
        page.WriteLine($"<figcaption>{text}<br><span class=\"note\">{source}</span></figcaption></figure>");
    }

    private static string Caption(DetectionError error, IReadOnlyList<string> classNames)
    {
        string detected = error.Detection is { } detection ? $"{classNames[detection.ClassIndex]} at {Numbers.Score(detection.Score)}" : "";
        string truth = error.Truth is { } item ? classNames[item.ClassIndex] : "";
        return error.Kind switch
        {
            DetectionErrorKind.Missed => $"{truth} not detected",
            DetectionErrorKind.FalsePositive => detected,
            _ => $"{detected}; object: {truth}, IoU {Numbers.Score((float)error.IoU)}",
        };
    }
}
