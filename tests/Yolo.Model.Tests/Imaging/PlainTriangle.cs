using Yolo.Model.Imaging;

namespace Yolo.Model.Tests.Imaging;

/// <summary>The definition of <see cref="ResizeFilter.Antialiased"/>, a pixel at a time and in double.</summary>
internal static class PlainTriangle
{
    /// <summary>Means of squares, rounded; then the triangle along both axes.</summary>
    public static float[] Resize(
        byte[] rgba, int width, int height, int reduction, SampledAxis horizontal, SampledAxis vertical, int inputWidth, int inputHeight)
    {
        float[] result = new float[3 * inputWidth * inputHeight];
        Array.Fill(result, 0.5f);
        for (int y = 0; y < vertical.Length; y++)
        {
            if (Weights(vertical, y, reduction, height / reduction) is not { } rows)
                continue;
            for (int x = 0; x < horizontal.Length; x++)
            {
                if (Weights(horizontal, x, reduction, width / reduction) is not { } columns)
                    continue;
                for (int c = 0; c < 3; c++)
                {
                    double sum = rows.Sum(row => columns.Sum(column => row.Weight * column.Weight * Mean(column.Pixel, row.Pixel, c)));
                    result[(c * inputHeight + vertical.Offset + y) * inputWidth + horizontal.Offset + x] = (float)(sum / 255);
                }
            }
        }
        return result;

        double Mean(int x, int y, int channel)
        {
            int sum = 0;
            for (int i = 0; i < reduction * reduction; i++)
                sum += rgba[4 * ((y * reduction + i / reduction) * width + x * reduction + i % reduction) + channel];
            return Math.Floor((double)sum / (reduction * reduction) + 0.5);
        }
    }

    /// <summary>The stored pixels that a destination pixel shows, or null where its middle lies beside the image.</summary>
    private static List<(int Pixel, double Weight)>? Weights(SampledAxis axis, int index, int reduction, int stored)
    {
        int step = axis.Mirrored ? axis.Length - 1 - index : index;
        double scale = (double)axis.WindowLength / axis.Length, middle = axis.WindowStart + (step + 0.5) * scale;
        double reach = Math.Max(1, scale / reduction);
        if (middle < 0 || middle >= axis.SourceLength)
            return null;
        middle = Math.Min(middle / reduction, stored);
        var weights = Enumerable.Range(0, stored).Select(pixel => (Pixel: pixel, Weight: 1 - Math.Abs(pixel + 0.5 - middle) / reach))
            .Where(item => item.Weight > 0).ToList();
        double sum = weights.Sum(item => item.Weight);
        return [.. weights.Select(item => (item.Pixel, item.Weight / sum))];
    }
}
