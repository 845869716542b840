using System.Globalization;
using System.Text;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>The page's confusion matrix.</summary>
internal static class ConfusionTable
{
    /// <summary>A table of more classes is too wide to be read and too large for a page.</summary>
    private const int MostClasses = 100;

    public static void Write(TextWriter page, ConfusionMatrix confusion, EvaluationOptions options)
    {
        page.WriteLine("<h2>Confusion matrix</h2>");
        if (confusion.ClassNames.Count > MostClasses)
        {
            page.WriteLine($"<p>With {confusion.ClassNames.Count} classes it is too large for this page; it stands in metrics.json.</p>");
            return;
        }
        page.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"<p>Rows are true classes, columns detected ones, at a score of at least {options.ScoreThreshold}. The stronger a cell's colour, the greater its share of the row.</p>"));
        string[] names = [.. confusion.ClassNames.Select(HtmlText.Encode), "<i>background</i>"];
        page.WriteLine("<div class=\"wide\"><table class=\"matrix\">\n<thead><tr><th>true \\ detected</th>");
        foreach (string name in names)
            page.Write($"<th>{name}</th>");
        page.WriteLine("</tr></thead>\n<tbody>");
        for (int truth = 0; truth < names.Length; truth++)
            page.WriteLine($"<tr><th>{names[truth]}</th>{Cells(confusion, truth)}</tr>");
        page.WriteLine("</tbody>\n</table></div>");
    }

    private static string Cells(ConfusionMatrix confusion, int truth)
    {
        int size = confusion.Background + 1;
        double sum = Enumerable.Range(0, size).Sum(predicted => (double)confusion[truth, predicted]);
        var cells = new StringBuilder();
        for (int predicted = 0; predicted < size; predicted++)
        {
            int count = confusion[truth, predicted];
            if (truth == confusion.Background && predicted == truth)
                cells.Append("<td>–</td>");
            else if (count == 0)
                cells.Append("<td></td>");
            else
                cells.Append(CultureInfo.InvariantCulture, $"<td style=\"background:rgba(var({(predicted == truth ? "--accent" : "--wrong")}),{0.08 + 0.52 * count / sum:F2})\">{Numbers.Count(count)}</td>");
        }
        return cells.ToString();
    }
}
