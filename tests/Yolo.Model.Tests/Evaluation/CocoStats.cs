using Yolo.Model.Evaluation;

namespace Yolo.Model.Tests.Evaluation;

/// <summary>The twelve numbers of pycocotools' summary in its order; -1 where nothing counts, where ours are NaN.</summary>
internal static class CocoStats
{
    public static (string Name, double Value)[] Of(DetectionMetrics metrics) =>
    [
        .. new (string Name, double Value)[]
        {
            ("AP", metrics.MeanAveragePrecisionCoco),
            ("AP50", metrics.MeanAveragePrecisionCoco50),
            ("AP75", metrics.MeanAveragePrecisionCoco75),
            ("APs", metrics.MeanAveragePrecisionCocoSmall),
            ("APm", metrics.MeanAveragePrecisionCocoMedium),
            ("APl", metrics.MeanAveragePrecisionCocoLarge),
            ("AR1", metrics.MeanAverageRecallCoco1),
            ("AR10", metrics.MeanAverageRecallCoco10),
            ("AR100", metrics.MeanAverageRecallCoco100),
            ("ARs", metrics.MeanAverageRecallCocoSmall),
            ("ARm", metrics.MeanAverageRecallCocoMedium),
            ("ARl", metrics.MeanAverageRecallCocoLarge),
        }.Select(stat => (stat.Name, double.IsNaN(stat.Value) ? -1 : stat.Value)),
    ];
}
