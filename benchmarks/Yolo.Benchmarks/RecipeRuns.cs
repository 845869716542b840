using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Trainers;
using Yolo.Model.Evaluation;
using Yolo.Model.Network;
using Yolo.Model.Training;

namespace Yolo.Benchmarks;

/// <summary>Trains one recipe after the other, each with several seeds, and notes in a file what they reach on the test set.</summary>
internal sealed class RecipeRuns(string folder, string results)
{
    private const string Header = "data,network,input,epochs,recipe,seed,map50,map50_voc2007,coco_ap,seconds,class_ap";

    // Darknet's valid: average precision needs the whole curve.
    private const float ScoreThreshold = 0.005f;

    private readonly MLContext _ml = new(seed: 1);

    /// <summary>Trains on the image set <c>trainval</c> and evaluates on <c>test</c>. Runs whose line is in the file are left out; one that was interrupted goes on from its last
    /// checkpoint beside the file.</summary>
    /// <param name="networkName">A built-in network or a .cfg file, <c>@size</c> for another input than its own.</param>
    /// <param name="epochs">Epochs of each run; null: as many as the trainer takes by itself.</param>
    /// <param name="seeds">Seeds, joined by commas.</param>
    /// <param name="images">Images to train on, the first of the set; null: all.</param>
    /// <param name="recipes">Names of <see cref="Recipes"/>; each is run with the first seed before any is run with the next.</param>
    public void Run(string networkName, int? epochs, string seeds, IReadOnlyList<string> recipes, int? images = null)
    {
        if (!File.Exists(results))
            File.WriteAllText(results, Header + "\n");
        foreach (string seed in seeds.Split(','))
        {
            foreach (string recipe in recipes)
                Run(NetworkName.Resolve(networkName), networkName, epochs, recipe, int.Parse(seed, CultureInfo.InvariantCulture), images);
        }
    }

    private void Run(NetworkDefinition network, string networkName, int? epochs, string recipe, int seed, int? images)
    {
        string data = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) + (images is { } first ? $"-{first}" : "");
        string name = Path.GetFileNameWithoutExtension(networkName.Split('@')[0]);
        string key = string.Create(CultureInfo.InvariantCulture, $"{data},{name},{network.Input.Width},{epochs?.ToString(CultureInfo.InvariantCulture) ?? "auto"},{recipe},{seed},");
        if (File.ReadLines(results).Any(line => line.StartsWith(key, StringComparison.Ordinal)))
            return;
        string work = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(results))!, key.TrimEnd(',').Replace(',', '_'));
        var reports = new LastReport();
        var options = Recipes.Apply(recipe, new YoloV2TrainerOptions
        {
            Network = network,
            Epochs = epochs,
            Seed = seed,
            Checkpoints = new(work) { EveryEpochs = 10, Keep = 1, Resume = true },
            Progress = reports,
        });
        var training = _ml.Data.LoadFromVoc(folder, "trainval");
        using var model = _ml.ObjectDetection.Trainers.YoloV2(options).Fit(images is { } count ? _ml.Data.TakeRows(training, count) : training);
        _ml.Model.Save(model, null, work + ".zip");
        Directory.Delete(work, recursive: true);
        Append(key, Evaluate(model), reports.Elapsed);
    }

    private DetectionMetrics Evaluate(YoloV2DetectionTransformer model)
    {
        using var sensitive = model.WithScoreThreshold(ScoreThreshold);
        return _ml.ObjectDetection.Evaluate(sensitive.Transform(_ml.Data.LoadFromVoc(folder, "test")));
    }

    private void Append(string key, DetectionMetrics metrics, TimeSpan time)
    {
        string classes = string.Join(' ', metrics.Classes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.ClassName}={c.AveragePrecisionVoc2010:F3}")));
        string line = string.Create(CultureInfo.InvariantCulture,
            $"{key}{metrics.MeanAveragePrecisionVoc2010:F4},{metrics.MeanAveragePrecisionVoc2007:F4},{metrics.MeanAveragePrecisionCoco:F4},{time.TotalSeconds:F0},{classes}");
        File.AppendAllText(results, line + "\n");
        Console.WriteLine(line);
    }

    private sealed class LastReport : IProgress<TrainingProgress>
    {
        public TimeSpan Elapsed { get; private set; }

        public void Report(TrainingProgress value) => Elapsed = value.Elapsed;
    }
}
