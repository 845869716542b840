using System.Buffers.Binary;
using SkiaSharp;

namespace Yolo.Model.Imaging;

/// <summary>The orientation in EXIF data (EXIF 2.3, 4.6.4: tag 0x112, one short of 1 to 8, in the first directory of a TIFF).</summary>
internal static class ExifOrientation
{
    private const int Tag = 0x112, Short = 3, EntrySize = 12;

    /// <summary>The orientation; upright where the data do not say it, or cannot be read.</summary>
    /// <param name="exif">A TIFF, with or without the six bytes that come before it in a JPEG.</param>
    public static SKEncodedOrigin Read(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8))
            exif = exif[6..];
        bool little = exif.StartsWith("II*\0"u8);
        if (exif.Length < 8 || (!little && !exif.StartsWith("MM\0*"u8)))
            return SKEncodedOrigin.Default;
        uint directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (directory > exif.Length - 2)
            return SKEncodedOrigin.Default;
        int count = Int16(exif, (int)directory, little);
        for (int i = 0, entry = (int)directory + 2; i < count && entry + EntrySize <= exif.Length; i++, entry += EntrySize)
        {
            if (Int16(exif, entry, little) != Tag)
                continue;
            int value = Int16(exif, entry + 8, little);
            return Int16(exif, entry + 2, little) == Short && value is >= 1 and <= 8 ? (SKEncodedOrigin)value : SKEncodedOrigin.Default;
        }
        return SKEncodedOrigin.Default;
    }

    private static int Int16(ReadOnlySpan<byte> bytes, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
}
