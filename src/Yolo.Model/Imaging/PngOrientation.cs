using System.Buffers.Binary;
using SkiaSharp;

namespace Yolo.Model.Imaging;

/// <summary>The orientation in the EXIF data of a PNG (its third edition, 11.3.4.5: chunk eXIf), which SkiaSharp 2.88 does not
/// read.</summary>
internal static class PngOrientation
{
    // Enough for what lies before the pixels, and for several of the 8,192 bytes that libpng puts into a chunk of pixels.
    private const int Window = 20_000;

    // Of a chunk: its length and type before its data, a checksum after them.
    private const int Before = 8, After = 4;

    // More of EXIF data is a thumbnail: the entries of the first directory come first in all that writes them.
    private const int MostExif = 65_536;

    /// <summary>The orientation of a whole or damaged PNG; upright where it says nothing.</summary>
    /// <param name="png">The file; its position is moved.</param>
    public static SKEncodedOrigin Read(Stream png)
    {
        Span<byte> window = stackalloc byte[(int)Math.Min(Window, png.Length)];
        Fill(png, 0, window);
        return Find(png, window) ?? SKEncodedOrigin.Default;
    }

    /// <summary>Walks the chunks. Thousands of them may hold the pixels, so what follows after those is sought from the end of the
    /// file.</summary>
    private static SKEncodedOrigin? Find(Stream png, ReadOnlySpan<byte> window)
    {
        // After the signature.
        long position = 8;
        bool fromTheEnd = false;
        Span<byte> head = stackalloc byte[Before];
        while (position + Before + After <= png.Length)
        {
            if (position + Before <= window.Length)
                window.Slice((int)position, Before).CopyTo(head);
            else
                Fill(png, position, head);
            long length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var type = head[4..];
            if (type.SequenceEqual("eXIf"u8))
            {
                byte[] exif = new byte[(int)Math.Min(Math.Min(length, MostExif), png.Length - position - Before)];
                Fill(png, position + Before, exif);
                return ExifOrientation.Read(exif);
            }
            if (type.SequenceEqual("IEND"u8))
                return null;
            if (!fromTheEnd && type.SequenceEqual("IDAT"u8) && png.Length > Window)
            {
                fromTheEnd = true;
                position = Math.Max(position, LastPixels(png));
                continue;
            }
            position += Before + length + After;
        }
        return null;
    }

    /// <summary>Where a chunk of pixels begins near the end of the file, or 0. It is one only if the chunks after it lead exactly to the
    /// end of the image.</summary>
    private static long LastPixels(Stream png)
    {
        Span<byte> window = stackalloc byte[Window];
        long first = png.Length - Window;
        Fill(png, first, window);
        for (int at = 4; window[at..].IndexOf("IDAT"u8) is var offset and >= 0; at++)
        {
            at += offset;
            long next = at - 4;
            while (next + Before <= Window)
            {
                var head = window.Slice((int)next, Before);
                if (head[4..].SequenceEqual("IEND"u8))
                    return first + at - 4;
                next += Before + BinaryPrimitives.ReadUInt32BigEndian(head) + After;
            }
        }
        return 0;
    }

    private static void Fill(Stream stream, long position, Span<byte> buffer)
    {
        stream.Position = position;
        stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
    }
}
