namespace Yolo.Model.Imaging;

/// <summary>Where the compressed pixels of a JPEG lie (ITU T.81, B.1.1 and B.2): in scans, each after a header of its own, with tables
/// between them.</summary>
/// <param name="Complete">Whether the end of the image is marked.</param>
/// <param name="HavePixels">Whether at least a byte of a scan is there.</param>
/// <param name="Ends">Where the file can be ended so that no table and no header is cut: after each scan that holds a byte.</param>
internal readonly record struct JpegScans(bool Complete, bool HavePixels, IReadOnlyList<int> Ends)
{
    private const byte EndMarker = 0xD9, ScanMarker = 0xDA;

    /// <summary>The marker that ends an image, as libjpeg adds it where the data end without.</summary>
    public static ReadOnlySpan<byte> EndOfImage => [0xFF, EndMarker];

    public static JpegScans Find(ReadOnlySpan<byte> file)
    {
        var ends = new List<int>();
        int position = 2;
        while (NextMarker(file, ref position) is { } marker && marker != EndMarker)
        {
            // Two bytes of length, which count themselves.
            if (position + 2 > file.Length)
                return new(false, ends.Count > 0, ends);
            position += (file[position] << 8) | file[position + 1];
            if (position > file.Length)
                return new(false, ends.Count > 0, ends);
            if (marker != ScanMarker)
                continue;
            int start = position;
            position = EndOfScan(file, start);
            if (position > start)
                ends.Add(position);
        }
        return new(position <= file.Length, ends.Count > 0, ends);
    }

    /// <summary>The next marker that is followed by a length or ends the image; <paramref name="position"/> is moved after it, and beyond
    /// the file if there is none.</summary>
    private static byte? NextMarker(ReadOnlySpan<byte> file, ref int position)
    {
        while (position + 1 < file.Length)
        {
            byte marker = file[position + 1];
            if (file[position] != 0xFF || marker == 0xFF)
            {
                position++;
                continue;
            }
            position += 2;
            // 0 is no marker; 1 and D0 to D8 stand alone.
            if (marker is > 1 and not (>= 0xD0 and <= 0xD8))
                return marker;
        }
        position = file.Length + 1;
        return null;
    }

    // A zero after FF stands for FF itself; D0 to D7 restart within a scan.
    private static int EndOfScan(ReadOnlySpan<byte> file, int position)
    {
        while (file[position..].IndexOf((byte)0xFF) is var offset and >= 0)
        {
            position += offset;
            if (position + 1 >= file.Length || file[position + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7)))
                return position;
            position += file[position + 1] == 0xFF ? 1 : 2;
        }
        return file.Length;
    }
}
