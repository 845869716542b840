using Microsoft.ML;
using Yolo.MLNet.Scoring;
using Yolo.MLNet.Trainers;
using Yolo.Model.Training;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>Short trainings on a folder of seven images, and what they log.</summary>
internal sealed class TrainerRuns : IDisposable
{
    public TrainerRuns()
    {
        SyntheticVoc.WriteTrainingSet(Folder.Path);
        Ml.Log += (_, e) => Log.Add($"{e.Kind}: {e.RawMessage}");
    }

    // A low threshold, so that weights of a few steps find something.
    public static YoloV2TrainerOptions Options { get; } = new()
    {
        Network = TestModels.Trainable,
        AnchorCount = 2,
        Epochs = 2,
        BatchSize = 4,
        Detection = new() { ScoreThreshold = 0.001f, MaxDetections = 10 },
    };

    public MLContext Ml { get; } = new(seed: 1);

    public TemporaryFolder Folder { get; } = new();

    public List<string> Log { get; } = [];

    public IDataView Data => Ml.Data.LoadFromVoc(Folder.Path);

    public YoloV2DetectionTransformer Fit(YoloV2TrainerOptions options) => Ml.ObjectDetection.Trainers.YoloV2(options).Fit(Data);

    public void Dispose() => Folder.Dispose();

    public sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    public sealed class SummaryListener(Action<TrainingSummary> report) : IProgress<TrainingSummary>
    {
        public void Report(TrainingSummary value) => report(value);
    }
}
