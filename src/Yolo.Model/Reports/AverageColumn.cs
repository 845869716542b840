using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>One kind of average precision or recall, as every table of a report names and orders them.</summary>
internal sealed record AverageColumn(
    string Title, string JsonName, string CsvName, Func<ClassMetrics, double> Class, Func<DetectionMetrics, double> Mean)
{
    public static IReadOnlyList<AverageColumn> Precisions { get; } =
    [
        new("VOC 2010+", "voc2010", "ap_voc2010", c => c.AveragePrecisionVoc2010, m => m.MeanAveragePrecisionVoc2010),
        new("VOC 2007", "voc2007", "ap_voc2007", c => c.AveragePrecisionVoc2007, m => m.MeanAveragePrecisionVoc2007),
        new("COCO AP", "coco", "ap_coco", c => c.AveragePrecisionCoco, m => m.MeanAveragePrecisionCoco),
        new("AP50", "coco50", "ap_coco50", c => c.AveragePrecisionCoco50, m => m.MeanAveragePrecisionCoco50),
        new("AP75", "coco75", "ap_coco75", c => c.AveragePrecisionCoco75, m => m.MeanAveragePrecisionCoco75),
        new("AP small", "cocoSmall", "ap_coco_small", c => c.AveragePrecisionCocoSmall, m => m.MeanAveragePrecisionCocoSmall),
        new("AP medium", "cocoMedium", "ap_coco_medium", c => c.AveragePrecisionCocoMedium, m => m.MeanAveragePrecisionCocoMedium),
        new("AP large", "cocoLarge", "ap_coco_large", c => c.AveragePrecisionCocoLarge, m => m.MeanAveragePrecisionCocoLarge),
    ];

    public static IReadOnlyList<AverageColumn> Recalls { get; } =
    [
        new("AR1", "coco1", "ar_coco1", c => c.AverageRecallCoco1, m => m.MeanAverageRecallCoco1),
        new("AR10", "coco10", "ar_coco10", c => c.AverageRecallCoco10, m => m.MeanAverageRecallCoco10),
        new("AR100", "coco100", "ar_coco100", c => c.AverageRecallCoco100, m => m.MeanAverageRecallCoco100),
        new("AR small", "cocoSmall", "ar_coco_small", c => c.AverageRecallCocoSmall, m => m.MeanAverageRecallCocoSmall),
        new("AR medium", "cocoMedium", "ar_coco_medium", c => c.AverageRecallCocoMedium, m => m.MeanAverageRecallCocoMedium),
        new("AR large", "cocoLarge", "ar_coco_large", c => c.AverageRecallCocoLarge, m => m.MeanAverageRecallCocoLarge),
    ];

    public static IReadOnlyList<AverageColumn> All { get; } = [.. Precisions, .. Recalls];
}
