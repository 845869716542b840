namespace Yolo.Model.Imaging;

/// <summary>What a file is that no decoder takes, by its first bytes.</summary>
internal static class ImageSignature
{
    private const string Convert = "convert it to JPEG or PNG", Frames = "save its frames as JPEG or PNG", Again = "download it again",
        Unpack = "unpack it first";

    private const int Head = 512;

    // Less than the head of any format: decoders do not recognize it.
    private const int ShortestHead = 12;

    private static readonly (byte[] Bytes, int At, string Name, string Advice)[] s_signatures =
    [
        ([.. "II*\0"u8], 0, "a TIFF or camera raw image", Convert),
        ([.. "MM\0*"u8], 0, "a TIFF or camera raw image", Convert),
        ([.. "II+\0"u8], 0, "a TIFF image", Convert),
        ([.. "MM\0+"u8], 0, "a TIFF image", Convert),
        ([.. "ftypavi"u8], 4, "an AVIF image", Convert),
        ([.. "ftyphe"u8], 4, "a HEIC image", Convert),
        ([.. "ftypmif1"u8], 4, "a HEIC or AVIF image", Convert),
        ([.. "ftypmsf1"u8], 4, "a HEIC or AVIF image", Convert),
        ([.. "ftypcrx"u8], 4, "a camera raw image", Convert),
        ([.. "ftyp"u8], 4, "a video (MP4 or MOV)", Frames),
        ([.. "AVI "u8], 8, "a video (AVI)", Frames),
        ([0x1A, 0x45, 0xDF, 0xA3], 0, "a video (Matroska or WebM)", Frames),
        ([.. "8BPS"u8], 0, "a Photoshop document (PSD)", Convert),
        ([.. "%PDF"u8], 0, "a PDF document", "save its pages as JPEG or PNG"),
        ([0, 0, 0, 12, .. "jP  "u8], 0, "a JPEG 2000 image", Convert),
        ([0xFF, 0x4F, 0xFF, 0x51], 0, "a JPEG 2000 image", Convert),
        ([0, 0, 0, 12, .. "JXL "u8], 0, "a JPEG XL image", Convert),
        ([0xFF, 0x0A], 0, "a JPEG XL image", Convert),
        ([0, 0, 1, 0], 0, "an icon (ICO)", Convert),
        ([0, 0, 2, 0], 0, "a cursor (CUR)", Convert),
        ([.. "DDS "u8], 0, "a DDS texture", Convert),
        ([.. "qoif"u8], 0, "a QOI image", Convert),
        ([.. "farbfeld"u8], 0, "a farbfeld image", Convert),
        ([.. "gimp xcf"u8], 0, "a GIMP document (XCF)", Convert),
        ([.. "#?RADIANCE"u8], 0, "a Radiance HDR image", Convert),
        ([0x76, 0x2F, 0x31, 0x01], 0, "an OpenEXR image", Convert),
        ([.. "DICM"u8], 128, "a DICOM file", Convert),
        ([.. "SIMPLE  ="u8], 0, "a FITS file", Convert),
        ([0x93, .. "NUMPY"u8], 0, "a NumPy array", "save it as PNG"),
        ([0, 5, 0x16, 7], 0, "data that macOS keeps beside a file (AppleDouble)", "delete it"),
        ([.. "PK\x03\x04"u8], 0, "a ZIP archive", Unpack),
        ([0x1F, 0x8B], 0, "a gzip archive", Unpack),
        ([.. "7z\xBC\xAF"u8], 0, "a 7-Zip archive", Unpack),
        ([.. "Rar!"u8], 0, "a RAR archive", Unpack),
        ([.. "version https://git-lfs"u8], 0, "a pointer of Git LFS", "run: git lfs pull"),
    ];

    private static readonly (byte[] Bytes, int At, string Name)[] s_known =
    [
        ([0xFF, 0xD8], 0, "JPEG"),
        ([0x89, .. "PNG"u8], 0, "PNG"),
        ([.. "GIF8"u8], 0, "GIF"),
        ([.. "BM"u8], 0, "BMP"),
        ([.. "WEBP"u8], 8, "WebP"),
    ];

    /// <summary>Why a file is no image that can be decoded, and what to do about it: a sentence to follow the file's name.</summary>
    /// <param name="file">The file; its position is moved.</param>
    /// <param name="incomplete">Whether the decoder ran out of bytes.</param>
    public static string WhyNot(Stream file, bool incomplete)
    {
        file.Position = 0;
        Span<byte> head = stackalloc byte[(int)Math.Min(Head, file.Length)];
        file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (head.Length == 0)
            return "the file is empty.";
        if (!head.ContainsAnyExcept((byte)0))
            return "the file begins with nothing but zeros, so it holds no image; copy or download it again.";
        foreach (var (bytes, at, name) in s_known)
        {
            if (Has(head, bytes, at))
                return Unreadable(file, name, incomplete);
        }
        foreach (var (bytes, at, name, advice) in s_signatures)
        {
            if (Has(head, bytes, at))
                return Expected(name, advice);
        }
        return Text(head) is var (text, remedy) ? Expected(text, remedy)
            : "expected a JPEG, PNG, BMP, WebP or GIF image, found none of them.";
    }

    private static bool Has(ReadOnlySpan<byte> head, byte[] bytes, int at) => at <= head.Length && head[at..].StartsWith(bytes);

    private static string Expected(string found, string advice) =>
        $"expected a JPEG, PNG, BMP, WebP or GIF image, found {found}; {advice}.";

    private static string Unreadable(Stream file, string format, bool incomplete)
    {
        if (format == "JPEG" && JpegFrame.UnknownKind(file) is { } kind)
            return Expected($"a JPEG of a kind that cannot be decoded ({kind})", "convert it to an ordinary JPEG or to PNG");
        return incomplete || file.Length <= ShortestHead ? $"the {format} image ends before its pixels; copy or download it again."
            : $"the {format} image is damaged before its pixels, so it cannot be decoded.";
    }

    /// <summary>What kind of text it is, or null if it is none.</summary>
    private static (string Name, string Advice)? Text(ReadOnlySpan<byte> head)
    {
        foreach (byte value in head)
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
                return null;
        }
        string text = System.Text.Encoding.UTF8.GetString(head).TrimStart('\uFEFF').TrimStart();
        bool Has(string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
        return text.StartsWith('<') && Has("<svg") ? ("an SVG drawing", Convert)
            : text.StartsWith('<') && (Has("<html") || Has("<!doctype html") || Has("<head") || Has("<body")) ? ("an HTML page", Again)
            : text is ['P', >= '1' and <= '7', _, ..] && char.IsWhiteSpace(text[2]) ? ("a PNM image", Convert)
            : text.Contains('\uFFFD', StringComparison.Ordinal) ? null
            : text.StartsWith("data:", StringComparison.Ordinal) ? ("a data URL", "decode its Base64")
            : ("text", Again);
    }
}
