namespace Yolo.Model;

/// <summary>Checks of arguments for which .NET has no throw helper.</summary>
internal static class Argument
{
    /// <summary>The value, where its enumeration has it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">Name of the argument or option.</param>
    /// <exception cref="ArgumentOutOfRangeException">It has not: a number was cast, or a file holds one.</exception>
    public static T Defined<T>(T value, string name)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be one of {string.Join(", ", Enum.GetNames<T>())}.");
}
