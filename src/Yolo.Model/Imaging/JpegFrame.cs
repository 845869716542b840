using System.Buffers.Binary;

namespace Yolo.Model.Imaging;

/// <summary>The kind of a JPEG, which the marker of its frame tells (ITU T.81, table B.1). Baseline, extended and progressive ones with
/// Huffman coding and 8 bits are common.</summary>
internal static class JpegFrame
{
    /// <summary>What is uncommon about a JPEG, in words, or null.</summary>
    /// <param name="file">The file; its position is moved.</param>
    public static string? UnknownKind(Stream file)
    {
        Span<byte> segment = stackalloc byte[5];
        for (long position = 2; ;)
        {
            file.Position = position;
            if (file.ReadAtLeast(segment, segment.Length, throwOnEndOfStream: false) < segment.Length || segment[0] != 0xFF)
                return null;
            byte marker = segment[1];
            switch (marker)
            {
                case 0xFF:
                    position++;
                    break;
                case 0xF7:
                    return "JPEG-LS";
                case 0xC3 or 0xC7 or 0xCB or 0xCF:
                    return "lossless";
                case 0xC5 or 0xC6 or 0xCD or 0xCE:
                    return "hierarchical";
                case 0xC9 or 0xCA:
                    return "arithmetic coding";
                case 0xC0 or 0xC1 or 0xC2:
                    return segment[4] == 12 ? "12 bits a sample" : null;
                case 0xD9 or 0xDA:
                    return null;
                default:
                    position += 2 + BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
                    break;
            }
        }
    }
}
