using System.Text.Json.Nodes;

namespace Yolo.Model.Training.Checkpoints;

/// <summary>The value of an option as a checkpoint holds it, JSON.</summary>
internal static class OptionValue
{
    /// <summary>Whether two values mean the same. An option within an option, such as one of the loss, that the older value does not
    /// know counts as what was done then.</summary>
    /// <param name="here">The value of this run.</param>
    /// <param name="there">The value in the checkpoint.</param>
    /// <param name="before">What was done before there was a choice; null if nobody knows.</param>
    public static bool Same(string here, string there, string? before) => here == there
        || before is not null && Object(here) is { } known && Object(there) is { } older && Object(before) is { } defaults
        && JsonNode.DeepEquals(known, Completed(older, known, defaults));

    private static JsonObject Completed(JsonObject older, JsonObject known, JsonObject defaults)
    {
        foreach (var (name, _) in known)
        {
            if (!older.ContainsKey(name) && defaults.TryGetPropertyValue(name, out var value))
                older[name] = value?.DeepClone();
        }
        return older;
    }

    private static JsonObject? Object(string value) => value.StartsWith('{') ? JsonNode.Parse(value) as JsonObject : null;
}
