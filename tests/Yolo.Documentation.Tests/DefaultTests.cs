using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;
using Yolo.MLNet.Trainers;

namespace Yolo.Documentation.Tests;

/// <summary>Whether the defaults that pages name are those of the code.</summary>
public sealed partial class DefaultTests
{
    [Fact]
    public void OptionsTable_OfTheReadme_HasTheDefaults()
    {
        YoloV2TrainerOptions defaults = new();
        string page = File.ReadAllText(Path.Combine(TestPaths.Root, "README.md"));

        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"| `Epochs`, `BatchSize`, `LearningRate` | {YoloV2TrainerOptions.DefaultEpochs}, {defaults.BatchSize}, {defaults.LearningRate} |"), page, StringComparison.Ordinal);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"| score {defaults.Detection.ScoreThreshold}, IoU {defaults.Detection.IoUThreshold}, per class |"), page, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsTable_OfTheMLNetPage_HasTheDefaults()
    {
        var rows = File.ReadLines(Path.Combine(TestPaths.Root, "docs", "mlnet.md")).Select(line => line.Split('|')).Where(
            cells => cells.Length > 3);

        var stated = rows.SelectMany(cells => Default().Matches(cells[2])).ToDictionary(
            match => match.Groups[1].Value, match => match.Groups[2].Value);

        Assert.True(stated.Count >= 4, string.Join(", ", stated.Keys));
        Assert.All(stated, item => Assert.Equal(
            Convert.ToString(
                typeof(YoloV2TrainerOptions).GetProperty(item.Key)!.GetValue(new YoloV2TrainerOptions { Epochs = YoloV2TrainerOptions.DefaultEpochs }),
                CultureInfo.InvariantCulture),
            item.Value));
    }

    [GeneratedRegex(@"`(\w+)` = ([\d.]+)")]
    private static partial Regex Default();
}
