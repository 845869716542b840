using System.ComponentModel.DataAnnotations;

namespace Yolo.Web;

/// <summary>The section <c>Yolo</c> of the configuration: <c>appsettings.json</c>, variables such as <c>Yolo__ModelPath</c>, arguments such as <c>--Yolo:ModelPath=model.zip</c>.</summary>
internal sealed class WebSettings
{
    public const string Section = "Yolo";

    /// <summary>The model: a <c>.zip</c> that <c>ml.Model.Save</c> wrote, or a Darknet <c>.cfg</c> with the <c>.weights</c> and <c>.names</c> of the same name beside it.</summary>
    [Required]
    public string ModelPath { get; init; } = "model.zip";

    /// <summary>Lowest score that can be asked for. The page gets all detections above it, so that its slider needs no new request.</summary>
    [Range(0.001, 0.999)]
    public float LowestScore { get; init; } = 0.05f;

    /// <summary>Images worked on at once, each on one core; 0 for one per core.</summary>
    [Range(0, 1024)]
    public int Workers { get; init; }

    /// <summary>Images that may wait for a worker; more are turned away with the status 503.</summary>
    [Range(0, 100_000)]
    public int QueueLength { get; init; } = 100;

    /// <summary>Bytes that an image may have as a file.</summary>
    [Range(1, int.MaxValue)]
    public int MaximumBytes { get; init; } = 10 << 20;

    /// <summary>Pixels that an image may have. Decoded, a pixel takes four bytes of memory.</summary>
    [Range(1, 100_000_000)]
    public int MaximumPixels { get; init; } = 40_000_000;
}
