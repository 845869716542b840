namespace Yolo.Model.Imaging;

/// <summary>The one way from an image to the input of a network: scoring, evaluation, calibration, validation and training all go
/// it.</summary>
internal static class ImageSampler
{
    /// <summary>Samples a window of an image into all of the destination; what shows no part of the image becomes 0.5.</summary>
    /// <param name="source">The image.</param>
    /// <param name="filter">How.</param>
    /// <param name="horizontal">How its columns are spread over the destination's.</param>
    /// <param name="vertical">How its rows are spread over the destination's.</param>
    /// <param name="width">Width of the destination, pixels.</param>
    /// <param name="height">Height of the destination, pixels.</param>
    /// <param name="destination">[3, height, width], red, green, blue, 0 to 1.</param>
    /// <exception cref="InvalidOperationException">Darknet's filter is asked for on an image that was reduced.</exception>
    internal static SampledRegion Sample(
        ImagePixels source, ResizeFilter filter, SampledAxis horizontal, SampledAxis vertical, int width, int height,
            Span<float> destination)
    {
        if (filter == ResizeFilter.Antialiased)
            return TriangleSampler.Sample(source, horizontal, vertical, width, height, destination);

        if (source.Reduction != 1)
            throw new InvalidOperationException($"An image that was reduced by {source.Reduction} cannot be sampled as Darknet does.");
        var region = BilinearSampler.Sample(source.Stored, horizontal, vertical, width, height, destination);
        if (horizontal.IsWhole && vertical.IsWhole && IsLastRowBlack(source.Height, vertical.Length))
            BlackenRow(destination, width, horizontal.Offset, vertical.Offset + vertical.Length - 1, horizontal.Length);
        return region;
    }

    /// <summary>Whether Darknet's resize leaves the last row black. It adds the lower of two source rows everywhere but there, trusting the
    /// last row to lie on a source row; where rounding puts it a trifle above, as from 240 rows to 416, next to nothing is left. About one
    /// height in sixteen is such.</summary>
    private static bool IsLastRowBlack(int imageHeight, int innerHeight) =>
        imageHeight > 1 && innerHeight > 1 && (int)((innerHeight - 1) * ((float)(imageHeight - 1) / (innerHeight - 1))) < imageHeight - 1;

    private static void BlackenRow(Span<float> destination, int inputWidth, int left, int row, int width)
    {
        int plane = destination.Length / 3;
        for (int c = 0; c < 3; c++)
            destination.Slice(c * plane + row * inputWidth + left, width).Clear();
    }
}
