using System.Globalization;
using System.Text.Json;
using SkiaSharp;
using Xunit;
using Yolo.MLNet.Tests;
using Yolo.Model.Data;
using Yolo.Model.Data.Voc;
using Yolo.Model.Inference;

namespace Yolo.CommandLine.Tests.Commands;

public sealed class DetectCommandTests : IDisposable
{
    private const string Score = "0.05";

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _images;

    public DetectCommandTests()
    {
        _model = MiniModel.Write(_folder.Path);
        _images = _folder.Combine("images");
        Directory.CreateDirectory(Path.Combine(_images, "deep", "er"));
        TestImages.Save(Path.Combine(_images, "b.png"), 160, 96, seed: 1);
        TestImages.Save(Path.Combine(_images, "a.png"), 200, 120, seed: 2);
        TestImages.Save(Path.Combine(_images, "deep", "er", "a.png"), 160, 96, seed: 3);
    }

    // What the library finds is tested there; here it must arrive in the files.
    [Fact]
    public async Task Detect_FolderToJsonAndCsv_WritesWhatTheDetectorFinds()
    {
        var run = await CommandRun.Of("detect", _images, "-m", _model, "--score", Score, "--to", "json", "csv", "-o", _folder.Combine("out"));

        run.ShouldExitWith(ExitCodes.Success);
        using var detector = Detector.FromDarknet(Path.ChangeExtension(_model, ".cfg"), _model, Path.ChangeExtension(_model, ".names"), new() { ScoreThreshold = 0.05f });
        var expected = detector.Detect(Path.Combine(_images, "a.png"));
        Assert.NotEmpty(expected);
        using var json = JsonDocument.Parse(File.ReadAllText(_folder.Combine("out", "detections.json")));
        var first = json.RootElement[0];
        Assert.Equal(2, json.RootElement.GetArrayLength());
        Assert.Equal(Path.Combine(_images, "a.png"), first.GetProperty("path").GetString());
        Assert.Equal((200, 120), (first.GetProperty("width").GetInt32(), first.GetProperty("height").GetInt32()));
        Assert.Equal(expected.Count, first.GetProperty("detections").GetArrayLength());
        var best = first.GetProperty("detections")[0];
        Assert.Equal(detector.Model.ClassNames[expected[0].ClassIndex], best.GetProperty("class").GetString());
        Assert.Equal(expected[0].Score, best.GetProperty("score").GetSingle(), 1e-4f);
        Assert.Equal(expected[0].Box.Right, best.GetProperty("box")[2].GetSingle(), 0.01f);

        string[] csv = File.ReadAllLines(_folder.Combine("out", "detections.csv"));
        Assert.Equal("image,width,height,class,score,x0,y0,x1,y1", csv[0]);
        string[] row = csv[1].Split(',');
        Assert.Equal(expected[0].Score, float.Parse(row[4], CultureInfo.InvariantCulture), 1e-4f);
        Assert.Equal(expected[0].Box.Left, float.Parse(row[5], CultureInfo.InvariantCulture), 0.01f);
    }

    [Fact]
    public async Task Detect_Pattern_FindsFilesOfAnyDepthAndGivesEachItsOwnPicture()
    {
        var run = await CommandRun.Of("detect", _images + "/**/a.png", "-m", _model, "--score", Score, "-o", _folder.Combine("out"));

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Equal(["a.png", "er-a.png"], Directory.EnumerateFiles(_folder.Combine("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var picture = SKBitmap.Decode(_folder.Combine("out", "a.png"));
        using var image = SKBitmap.Decode(Path.Combine(_images, "a.png"));
        Assert.Equal((200, 120), (picture.Width, picture.Height));
        Assert.NotEqual(image.Bytes, picture.Bytes);
    }

    // What was found in a.png, labels to be corrected by hand, is loaded again as two data sets: VOC's to whole pixels, YOLO's to a millionth of the sides.
    [Fact]
    public async Task Detect_FolderToVocAndYolo_WritesLabelsThatLoad()
    {
        string output = _folder.Combine("out");
        var run = await CommandRun.Of("detect", _images, "-m", _model, "--score", Score, "--to", "voc", "yolo", "jpeg", "-o", output);

        run.ShouldExitWith(ExitCodes.Success);
        using var detector = Detector.FromDarknet(Path.ChangeExtension(_model, ".cfg"), _model, Path.ChangeExtension(_model, ".names"), new() { ScoreThreshold = 0.05f });
        var expected = detector.Detect(Path.Combine(_images, "a.png"));
        var voc = VocAnnotation.Read(Path.Combine(output, "a.xml"));
        Assert.Equal(("a.png", 200, 120), (voc.FileName, voc.Width, voc.Height));
        Assert.Equal(expected.Select(d => detector.Model.ClassNames[d.ClassIndex]), voc.Objects.Select(item => item.ClassName));
        Assert.Equal(expected[0].Box.Left, voc.Objects[0].Box.Left, 0.5f);

        var yolo = LabelledDataset.Open(output).Load().Single(image => image.Path.EndsWith("a.jpg", StringComparison.Ordinal));
        Assert.Equal(expected.Select(d => detector.Model.ClassNames[d.ClassIndex]), yolo.Objects.Select(item => item.ClassName));
        Assert.Equal(expected[^1].Box.Bottom, yolo.Objects[^1].Box.Bottom, 0.01f);
    }

    [Fact]
    public async Task Detect_DamagedImage_GoesOnAndExitsWith3()
    {
        File.WriteAllText(Path.Combine(_images, "aa.jpg"), "no image");

        var run = await CommandRun.Of("detect", _images, "-m", _model, "--to", "json", "-o", _folder.Combine("out"));

        run.ShouldExitWith(ExitCodes.Flaws);
        Assert.Contains("aa.jpg", run.Errors, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(_folder.Combine("out", "detections.json")));
        Assert.Equal(2, json.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Detect_JpegThatEndsEarly_IsWrittenWithAWarning()
    {
        string path = Path.Combine(_images, "c.jpg");
        File.WriteAllBytes(path, Jpeg()[..^2]);

        var run = await CommandRun.Of("detect", path, "-m", _model, "-o", _folder.Combine("out"));

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Contains($"warning: {path}: the JPEG ends early; what is there is used.", run.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.Combine("out", "c.png")));
    }

    // A folder lies where the picture of a.png belongs, and 253 letters leave no room for an extension.
    [Fact]
    public async Task Detect_ResultsThatCannotBeWritten_CostTheirImagesOnly()
    {
        string output = _folder.Combine("out"), longName = Path.Combine(_images, new string('n', 253));
        Directory.CreateDirectory(Path.Combine(output, "a.png"));
        File.WriteAllBytes(longName, Jpeg());

        var run = await CommandRun.Of("detect", _images, longName, "-m", _model, "--to", "images", "json", "csv", "-o", output);

        run.ShouldExitWith(ExitCodes.Flaws);
        Assert.Contains($"warning: {Path.Combine(_images, "a.png")}: its results could not be written: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"warning: {longName}: its results could not be written: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains("error: results of 2 of 3 images could not be written.", run.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "b.png")));
        Assert.True(File.Exists(Path.Combine(output, "detections.csv")));
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "detections.json")));
        Assert.Equal(3, json.RootElement.GetArrayLength());
        Assert.Empty(Directory.EnumerateFiles(output, "*.tmp"));
    }

    [Fact]
    public async Task Detect_OddNames_GetAPictureEachAndALineEach()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        string[] names = ["-dash", "100%25 done", "[set1] (2)", "a [bold]b[_]", "new\nline", "q's \"x\"", "star*", "tab\tname", "{0}", "\u001b[31mred", new('x', 250)];
        string folder = _folder.Combine("odd"), output = _folder.Combine("out");
        Directory.CreateDirectory(folder);
        foreach (string name in names)
            File.WriteAllBytes(Path.Combine(folder, name + ".jpg"), Jpeg());
        File.WriteAllText(Path.Combine(folder, "._star.jpg"), "no image");

        var run = await CommandRun.Of("detect", folder, "-m", _model, "--to", "images", "yolo", "json", "-o", output);

        run.ShouldExitWith(ExitCodes.Success);
        Assert.Equal(names.Order(), Directory.EnumerateFiles(output, "*.png").Select(Path.GetFileNameWithoutExtension).Order());
        string[] lines = run.Output.Split('\n');
        foreach (string name in names)
        {
            string shown = name.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal).Replace("\u001b", "\\u001B", StringComparison.Ordinal);
            Assert.Contains(lines, line => line.StartsWith(Path.Combine(folder, shown) + ".jpg: ", StringComparison.Ordinal));
        }
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "detections.json")));
        Assert.Equal(names.Select(name => Path.Combine(folder, name + ".jpg")).Order(), json.RootElement.EnumerateArray().Select(image => image.GetProperty("path").GetString()).Order());
    }

    [Fact]
    public async Task Detect_Pattern_LeavesHiddenFilesAndFoldersOut()
    {
        Directory.CreateDirectory(Path.Combine(_images, ".cache"));
        File.Copy(Path.Combine(_images, "a.png"), Path.Combine(_images, ".cache", "a.png"));
        File.Copy(Path.Combine(_images, "a.png"), Path.Combine(_images, "._a.png"));

        var run = await CommandRun.Of("detect", _images + "/**/*a.png", "-m", _model, "--to", "json", "-o", _folder.Combine("out"));

        run.ShouldExitWith(ExitCodes.Success);
        using var json = JsonDocument.Parse(File.ReadAllText(_folder.Combine("out", "detections.json")));
        Assert.Equal(2, json.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Detect_NothingThere_SaysSo()
    {
        var run = await CommandRun.Of("detect", _folder.Combine("none", "*.jpg"), "-m", _model);

        run.ShouldExitWith(ExitCodes.Failure);
        Assert.Contains("no such folder", run.Errors, StringComparison.Ordinal);
    }

    private static byte[] Jpeg()
    {
        using var bitmap = new SKBitmap(64, 32);
        bitmap.Erase(SKColors.Teal);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }

    public void Dispose() => _folder.Dispose();
}
