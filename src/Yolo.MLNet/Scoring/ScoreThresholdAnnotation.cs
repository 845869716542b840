using Microsoft.ML.Data;
using static Microsoft.ML.DataViewSchema;

namespace Yolo.MLNet.Scoring;

/// <summary>The annotation of a column of scores that says down to which score there are detections, so that an evaluation knows it, even
/// if nothing was found.</summary>
internal static class ScoreThresholdAnnotation
{
    /// <summary>Its name.</summary>
    public const string Kind = "ScoreThreshold";

    /// <summary>The annotation.</summary>
    public static Annotations Of(float threshold)
    {
        var builder = new Annotations.Builder();
        builder.Add(Kind, NumberDataViewType.Single, (ref float value) => value = threshold);
        return builder.ToAnnotations();
    }

    /// <summary>The threshold of a column; null where it says none.</summary>
    public static float? Read(Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Kind) is not { Type: NumberDataViewType { RawType: var type } }
            || type != typeof(float))
            return null;
        float threshold = 0;
        column.Annotations.GetValue(Kind, ref threshold);
        return threshold;
    }
}
