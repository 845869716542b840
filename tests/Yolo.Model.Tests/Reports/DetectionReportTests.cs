using System.Text.Json;
using System.Text.RegularExpressions;
using SkiaSharp;
using Xunit;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;
using Yolo.Model.Reports;

namespace Yolo.Model.Tests.Reports;

public sealed partial class DetectionReportTests : IDisposable
{
    private const string HostileName = "<script>alert(\"1\")</script>,\u0001&'";

    private static readonly BoundingBox s_box = new(0, 0, 100, 100);
    private static readonly BoundingBox s_far = new(300, 300, 400, 400);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Class 0: two objects, one found at 0.9, one false at 0.8: AP 1/2 (all-point) and at 0.25 one right, one false, one missed. Class 1: no object, one detection.
    [Fact]
    public void Save_Metrics_WritesTheNumbersAsJson()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Save(["cat", "dog"], [])["metrics.json"]));

        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("images").GetInt32());
        Assert.Equal(0.5, root.GetProperty("meanAveragePrecision").GetProperty("voc2010").GetDouble(), 1e-12);
        Assert.Equal(6.0 / 11, root.GetProperty("meanAveragePrecision").GetProperty("voc2007").GetDouble(), 1e-12);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("meanAveragePrecision").GetProperty("cocoSmall").ValueKind);
        Assert.Equal(0.5, root.GetProperty("meanAverageRecall").GetProperty("coco1").GetDouble(), 1e-12);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("meanAverageRecall").GetProperty("cocoSmall").ValueKind);
        var cat = root.GetProperty("classes")[0];
        Assert.Equal(0.5, cat.GetProperty("averageRecall").GetProperty("coco100").GetDouble(), 1e-12);
        Assert.Equal(0, cat.GetProperty("crowds").GetInt32());
        Assert.Equal("cat", cat.GetProperty("class").GetString());
        Assert.Equal((1, 1, 1), (cat.GetProperty("atScoreThreshold").GetProperty("truePositives").GetInt32(),
            cat.GetProperty("atScoreThreshold").GetProperty("falsePositives").GetInt32(), cat.GetProperty("atScoreThreshold").GetProperty("falseNegatives").GetInt32()));
        Assert.Equal(0.9f, cat.GetProperty("best").GetProperty("score").GetSingle());
        double[] curve = [.. cat.GetProperty("precisionAtRecall").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal([.. Enumerable.Repeat(1.0, 51), .. Enumerable.Repeat(0.0, 50)], curve);
        var dog = root.GetProperty("classes")[1];
        Assert.Equal(JsonValueKind.Null, dog.GetProperty("averagePrecision").GetProperty("coco").ValueKind);
        Assert.Equal(JsonValueKind.Null, dog.GetProperty("best").ValueKind);
        int[][] confusion = [.. root.GetProperty("confusion").EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetInt32()).ToArray())];
        Assert.Equal([[1, 0, 1], [0, 0, 0], [1, 1, 0]], confusion);
        Assert.Equal((2, 1), (root.GetProperty("errors").GetProperty("falsePositive").GetInt32(), root.GetProperty("errors").GetProperty("missed").GetInt32()));
    }

    [Fact]
    public void Save_Metrics_WritesARowPerClassAndTheMeansAsCsv()
    {
        string[] rows = File.ReadAllText(Save(["a \"b\", c", "dog"], [])["metrics.csv"]).Split("\r\n");

        Assert.StartsWith("class,objects,difficult,crowds,detections,ap_voc2010,ap_voc2007,ap_coco,", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("\"a \"\"b\"\", c\",2,0,0,2,0.5,0.5454545454545454,", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("dog,0,0,0,1,,,,,,,,,", rows[2], StringComparison.Ordinal);
        Assert.StartsWith(",2,0,0,3,0.5,", rows[3], StringComparison.Ordinal);
        Assert.Contains(
            ",ap_coco_large,ar_coco1,ar_coco10,ar_coco100,ar_coco_small,ar_coco_medium,ar_coco_large,best_score,", rows[0],
            StringComparison.Ordinal);
        // The one found object is the best detection of its class: 1 of 2 at every threshold. Both objects are large.
        Assert.Contains(",0.5,0.5,0.5,,,0.5,", rows[1], StringComparison.Ordinal);
        // The sums at the score threshold 0.25: 1 right, 2 false, 1 missed.
        Assert.EndsWith(",1,2,1", rows[3], StringComparison.Ordinal);
        Assert.All(rows[2..4], row => Assert.Equal(rows[0].Count(c => c == ','), row.Count(c => c == ',')));
    }

    // Names of classes and files come from strangers: they are text, never markup, in the page, its attributes and its plots.
    [Fact]
    public void Save_HostileNames_AreShownAsText()
    {
        using var image = new SKBitmap(200, 100);
        string page = File.ReadAllText(Save([HostileName, "dog"], metrics =>
            [.. metrics.Errors.Select(error => ErrorPicture.Draw(error, "\"><img src=x onerror=alert(1)>.jpg", image, metrics.Confusion.ClassNames, 100))])["report.html"]);

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0001', page);
        Assert.Contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;,\uFFFD&amp;&#39;", page, StringComparison.Ordinal);
        Assert.Contains("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;.jpg", page, StringComparison.Ordinal);
        // Whatever is escaped, no name became an element: the page has pictures only in its gallery, all of them its own.
        Assert.Equal(3, ImageSource().Count(page));
        Assert.All(ImageSource().Matches(page), match => Assert.StartsWith("data:image/jpeg;base64,", match.Groups[1].Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Save_Page_HasEverySectionAndNeedsNothingElse()
    {
        string page = File.ReadAllText(Save(["cat", "dog"], [], new() { Title = "Cats & dogs" })["report.html"]);

        Assert.Contains("<h1>Cats &amp; dogs</h1>", page, StringComparison.Ordinal);
        string[] headings =
        [
            "Average precision, %", "Average recall, %", "Precision and recall, %", "Curves", "Confusion matrix", "Worst errors", "Definitions",
        ];
        foreach (string heading in headings)
            Assert.Contains($"<h2>{heading}</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<li>VOC 2010+<b>50.0</b></li>", page, StringComparison.Ordinal);
        // True cats: one found, no dog, one missed; a half of them each, and 0.08 + 0.52 / 2 of the colour.
        Assert.Contains("<tr><th>cat</th><td style=\"background:rgba(var(--accent),0.34)\">1</td><td></td><td style=\"background:rgba(var(--wrong),0.34)\">1</td></tr>", page, StringComparison.Ordinal);
        Assert.Contains("Left out of the means, since they have no ground truth: dog.", page, StringComparison.Ordinal);
        Assert.Contains("<h3>False detections: 2</h3>", page, StringComparison.Ordinal);
        // Two plots, each with ids of its own, in the colours of the reader's page.
        Assert.Equal(2, Regex.Count(page, "<svg "));
        Assert.Contains("id=\"recall\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"threshold\"", page, StringComparison.Ordinal);
        Assert.Contains("currentColor", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page.Replace("http-equiv", "", StringComparison.Ordinal).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_Crowds_AreCountedInEveryFile()
    {
        var evaluator = new DetectionEvaluator(["cat"]);
        evaluator.Add([new(s_box, 0), new(s_far, 0, Crowd: true)], [new(s_box, 0, 0.9f)]);

        var files = Save(evaluator.Compute(), [], new());

        Assert.Contains("\ncat,1,0,1,1,", File.ReadAllText(files["metrics.csv"]), StringComparison.Ordinal);
        Assert.Contains("\"crowds\": 1,", File.ReadAllText(files["metrics.json"]), StringComparison.Ordinal);
        string page = File.ReadAllText(files["report.html"]);
        Assert.Contains("over 1 image with 1 object, 1 crowd.", page, StringComparison.Ordinal);
        Assert.Contains("<td>1</td><td>0</td><td>1</td><td>1</td>", page, StringComparison.Ordinal);
        Assert.Contains("<li>AR100<b>100.0</b></li>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_NothingEvaluated_StillWritesAPage()
    {
        string page = File.ReadAllText(Save(new DetectionEvaluator([]).Compute(), [], new())["report.html"]);

        Assert.Contains("over 0 images with 0 objects", page, StringComparison.Ordinal);
    }

    // A picture that cannot be written (its folder is a file) leaves no half report behind.
    [Fact]
    public void Save_FolderIsAFile_Throws()
    {
        string path = _folder.Combine("file");
        File.WriteAllText(path, "here");

        Assert.Throws<IOException>(() => DetectionReport.Save(path, new DetectionEvaluator(["a"]).Compute(), [], new()));
        Assert.Equal("here", File.ReadAllText(path));
    }

    private Dictionary<string, string> Save(string[] classNames, ErrorPicture[] pictures, ReportOptions? options = null) => Save(classNames, _ => pictures, options);

    private Dictionary<string, string> Save(string[] classNames, Func<DetectionMetrics, ErrorPicture[]> pictures, ReportOptions? options = null)
    {
        var evaluator = new DetectionEvaluator(classNames);
        evaluator.Add([new(s_box, 0), new(s_far, 0)], [new(s_box, 0, 0.9f), new(new(500, 0, 600, 100), 0, 0.8f), new(new(700, 0, 800, 100), 1, 0.7f)]);
        var metrics = evaluator.Compute();
        return Save(metrics, pictures(metrics), options ?? new());
    }

    private Dictionary<string, string> Save(DetectionMetrics metrics, ErrorPicture[] pictures, ReportOptions options)
    {
        DetectionReport.Save(_folder.Combine("deep", "report"), metrics, pictures, options);
        var files = Directory.GetFiles(_folder.Combine("deep", "report")).ToDictionary(path => Path.GetFileName(path));
        Assert.Equal(["metrics.csv", "metrics.json", "report.html"], files.Keys.Order(StringComparer.Ordinal));
        return files;
    }

    [GeneratedRegex("<img [^>]*src=\"([^\"]*)\"")]
    private static partial Regex ImageSource();
}
