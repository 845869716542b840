namespace Yolo.MLNet.Transforms;

/// <summary>What became of labelled objects when they were encoded.</summary>
/// <param name="Objects">Objects with a label.</param>
/// <param name="Difficult">Of them: left out since they are difficult or crowds.</param>
/// <param name="Outside">Left out since nothing of their box lies inside of the image, or nothing is left of it in whole pixels.</param>
/// <param name="Clipped">Encoded with the part of their box that lies inside of the image.</param>
/// <param name="Displaced">Encoded, but lost their cell and anchor to a later object.</param>
/// <param name="Overwritten">Encoded, but lost their row of the true-box buffer to a later object.</param>
internal readonly record struct TargetCounts(int Objects, int Difficult, int Outside, int Clipped, int Displaced, int Overwritten)
{
    /// <summary>What the values of <see cref="Write"/> are called.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [nameof(Objects), nameof(Difficult), nameof(Outside), nameof(Clipped), nameof(Displaced), nameof(Overwritten)];

    /// <summary>Whether something is missing in the targets that was to be taught.</summary>
    public bool AnyLost => Outside + Displaced + Overwritten > 0;

    /// <summary>Both together.</summary>
    public static TargetCounts operator +(TargetCounts left, TargetCounts right) => new(
        left.Objects + right.Objects, left.Difficult + right.Difficult, left.Outside + right.Outside,
        left.Clipped + right.Clipped, left.Displaced + right.Displaced, left.Overwritten + right.Overwritten);

    /// <summary>Writes the values in the order of <see cref="Names"/>.</summary>
    public void Write(Span<int> values) =>
        (values[0], values[1], values[2], values[3], values[4], values[5]) = (Objects, Difficult, Outside, Clipped, Displaced, Overwritten);

    /// <summary>The sentence for the log.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"Of {Objects} objects {Outside} lie outside of their image and are left out; {Displaced} lost their cell and anchor to a later object; {Overwritten} were overwritten in the buffer of true boxes. {Clipped} stick out of their image and were cut, {Difficult} are difficult and left out.");
}
