namespace Yolo.MLNet.Data;

/// <summary>The rule for class names that a user gives.</summary>
internal static class ClassNameList
{
    /// <summary>A copy of names, or null where there are none given.</summary>
    /// <exception cref="ArgumentException">There is no name, or one is empty or comes twice.</exception>
    public static IReadOnlyList<string>? Checked(IReadOnlyList<string>? names, string option)
    {
        if (names is not null && (names.Count == 0 || names.Any(string.IsNullOrEmpty) || names.Distinct(StringComparer.Ordinal).Count() != names.Count))
            throw new ArgumentException($"{option} must be there, not empty and different from each other, but are '{string.Join("', '", names)}'.", option);
        return names is null ? null : [.. names];
    }
}
