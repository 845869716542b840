using Yolo.Model.Network;

namespace Yolo.Model.Quantization;

/// <summary>Counts the values of a tensor over many images, in bins that widen with the largest value seen.</summary>
internal sealed class ActivationHistogram
{
    private const int HalfBins = 4096, CandidatesPerSide = 20;
    // From one candidate for an end of the range to the next: the last is a twelfth of the largest value seen.
    private const float CandidateRatio = 0.88f;

    private readonly long[] _counts = new long[2 * HalfBins];
    // Bins reach from minus to plus this; 0 while nothing but zeros was seen.
    private float _limit;
    private float _lowest, _highest;

    /// <summary>Counts values.</summary>
    /// <exception cref="InvalidDataException">A value is not finite.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                throw new InvalidDataException($"The network computes {value}: its weights are damaged, or it diverged in training.");
            _lowest = Math.Min(_lowest, value);
            _highest = Math.Max(_highest, value);
        }
        Widen(Math.Max(-_lowest, _highest));
        // Zeros, and numbers so small that the quotient overflows, count as zero.
        float binsPerUnit = float.IsFinite(HalfBins / _limit) ? HalfBins / _limit : 0;
        foreach (float value in values)
            _counts[Math.Min((int)MathF.Floor(value * binsPerUnit) + HalfBins, 2 * HalfBins - 1)]++;
    }

    /// <summary>The range whose rounding, before <paramref name="activation"/> is applied, does the least harm behind it: the least sum of the fourth powers of the errors.</summary>
    public ActivationRange BestRange(Activation activation)
    {
        // For zeros, and for next to nothing, any range does.
        var best = ActivationRange.Pixels;
        var (values, counts) = Filled();
        double least = double.PositiveInfinity;
        foreach (float low in Candidates(_lowest))
        {
            foreach (float high in Candidates(_highest))
            {
                var range = new ActivationRange(low, high);
                if (!range.IsPossible)
                    continue;
                double harm = 0;
                for (int i = 0; i < values.Length && harm < least; i++)
                {
                    double error = Apply(activation, range.Round(values[i])) - Apply(activation, values[i]);
                    harm += counts[i] * error * error * error * error;
                }
                if (harm < least)
                    (best, least) = (range, harm);
            }
        }
        return best;
    }

    private static double Apply(Activation activation, float value) => activation switch
    {
        Activation.Leaky => value < 0 ? (float)ConvolutionalLayer.LeakySlope * value : value,
        Activation.Relu => Math.Max(value, 0),
        Activation.Logistic => 1 / (1 + Math.Exp(-value)),
        Activation.Swish => value / (1 + Math.Exp(-value)),
        Activation.Mish => value * Math.Tanh(Math.Log(1 + Math.Exp(value))),
        _ => value,
    };

    private static IEnumerable<float> Candidates(float end) =>
        end == 0 ? [0] : Enumerable.Range(0, CandidatesPerSide).Select(step => end * MathF.Pow(CandidateRatio, step));

    private (float[] Values, long[] Counts) Filled()
    {
        int[] bins = [.. Enumerable.Range(0, _counts.Length).Where(bin => _counts[bin] > 0)];
        float width = _limit / HalfBins;
        return ([.. bins.Select(bin => (bin - HalfBins + 0.5f) * width)], [.. bins.Select(bin => _counts[bin])]);
    }

    // Doubling the limit puts two neighbouring bins into one.
    private void Widen(float largest)
    {
        if (_limit == 0)
            _limit = largest;
        while (_limit < largest)
        {
            _limit *= 2;
            long[] narrow = [.. _counts];
            Array.Clear(_counts);
            for (int bin = 0; bin < narrow.Length; bin++)
                _counts[((bin - HalfBins) >> 1) + HalfBins] += narrow[bin];
        }
    }
}
