using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Yolo.Model;

/// <summary>Checks of arguments and options for which .NET has no throw helper: each returns the value that it has checked. Options need no
/// name, as the compiler knows it.</summary>
internal static class Argument
{
    /// <summary>The value, if its enumeration has it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">Name of the argument or option.</param>
    /// <exception cref="ArgumentOutOfRangeException">It has not: a number was cast, or a file holds one.</exception>
    public static T Defined<T>(T value, [CallerMemberName] string name = "")
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be one of {string.Join(", ", Enum.GetNames<T>())}.");

    /// <summary>The value, if there is one.</summary>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    public static T NotNull<T>(T? value, [CallerMemberName] string name = "")
        where T : class =>
        value ?? throw new ArgumentNullException(name);

    /// <summary>The value, if it is a minimum or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public static int AtLeast(int value, int minimum, [CallerMemberName] string name = "") =>
        value >= minimum ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {minimum}.");

    /// <summary>The value, if it is above 0 and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Positive(double value, [CallerMemberName] string name = "") =>
        value is > 0 and < double.PositiveInfinity
            ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive and finite.");

    /// <summary>The value, if it is 0 or more and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double NotNegative(double value, [CallerMemberName] string name = "") =>
        value is >= 0 and < double.PositiveInfinity
            ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 0 and finite.");

    /// <summary>The value, if it lies between two others or is one of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not, or is not a number.</exception>
    public static T InRange<T>(T value, T minimum, T maximum, [CallerMemberName] string name = "")
        where T : struct, IFloatingPoint<T> =>
        value >= minimum && value <= maximum
            ? value
            : throw new ArgumentOutOfRangeException(
                name, value, string.Create(CultureInfo.InvariantCulture, $"{name} must be {minimum} to {maximum}."));

    /// <summary>The value, if it is 0 or more and below 1, as the share of an average that stays must be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double BelowOne(double value, [CallerMemberName] string name = "") =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 0 and below 1.");
}
