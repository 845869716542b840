using SkiaSharp;
using Yolo.Model.Files;

namespace Yolo.Model.Imaging;

/// <summary>An image file or stream whose head was read: its size and orientation are known, its pixels are not decoded yet.</summary>
internal sealed class EncodedImage : IDisposable
{
    private const long UnsuspiciousPixels = 1_000_000, UnsuspiciousWebpPixels = 16_000_000;

    /// <summary>Bytes kept of a stream: no file needs more than its pixels.</summary>
    private const long MaximumBytes = 4 * ImageFile.MaximumPixels + (1 << 20);

    private readonly SKCodec _codec;
    private readonly string _name;

    // Null: the file of that name is read again where its bytes are needed, which is rare.
    private readonly MemoryStream? _copy;

    private EncodedImage(SKCodec codec, string name, MemoryStream? copy, Stream stream)
    {
        (_codec, _name, _copy) = (codec, name, copy);
        Origin = codec.EncodedFormat == SKEncodedImageFormat.Png ? PngOrientation.Read(stream) : codec.EncodedOrigin;
    }

    /// <summary>Width as stored, pixels.</summary>
    public int Width => _codec.Info.Width;

    /// <summary>Height as stored, pixels.</summary>
    public int Height => _codec.Info.Height;

    /// <summary>How the stored picture lies, by the EXIF data.</summary>
    public SKEncodedOrigin Origin { get; }

    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidDataException">The file is no image, or its head claims too much.</exception>
    public static EncodedImage Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = OpenFile(path);
        // Neither way leads through SkiaSharp's wrapper of streams: it takes an array for the bytes that lie before the pixels, and ends
        // the process if that is too long.
        return file.CanSeek ? Create(SKCodec.Create(path, out var result), result, path, copy: null, file) : Open(file, path);
    }

    /// <inheritdoc cref="Open(string)" path="/exception"/>
    public static EncodedImage Open(Stream stream, string name)
    {
        var copy = new MemoryStream();
        new BoundedStream(stream, MaximumBytes, name).CopyTo(copy);
        var codec = CreateCodec(copy.GetBuffer().AsSpan(0, (int)copy.Length), out var result);
        return Create(codec, result, name, copy, Content(copy));
    }

    /// <summary>Decodes the pixels as they are stored. A JPEG that ends early or is damaged is decoded as far as it goes, as libjpeg
    /// does.</summary>
    /// <param name="warn">Told what is not as it should be, if the picture can be used all the same.</param>
    /// <exception cref="InvalidDataException">The pixels cannot be decoded.</exception>
    public SKBitmap Decode(Action<string>? warn)
    {
        var bitmap = new SKBitmap();
        try
        {
            var info = new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            if (!bitmap.TryAllocPixels(info))
                throw new InvalidDataException($"{_name}: no memory for {info.Width} x {info.Height} pixels.");
            var result = _codec.GetPixels(info, bitmap.GetPixels());
            if (result != SKCodecResult.Success)
                DecodePart(bitmap, result, warn);
            else if (warn is not null && _codec.EncodedFormat == SKEncodedImageFormat.Jpeg)
                LookBehind(warn);
            return bitmap;
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }

    public void Dispose() => _codec.Dispose();

    /// <summary>Decodes what is there of a JPEG into pixels that were decoded in vain.</summary>
    private void DecodePart(SKBitmap bitmap, SKCodecResult result, Action<string>? warn)
    {
        string format = _codec.EncodedFormat.ToString().ToUpperInvariant();
        if (_codec.EncodedFormat == SKEncodedImageFormat.Jpeg)
        {
            var file = ReadAll();
            var scans = JpegScans.Find(file);
            if (!scans.HavePixels)
                throw new InvalidDataException($"{_name}: the JPEG ends before its pixels; copy or download it again.");
            for (int i = scans.Ends.Count - 1; i >= 0; i--)
            {
                using var codec = CreateCodec([.. file[..scans.Ends[i]], .. JpegScans.EndOfImage], out _);
                if (codec?.Info.Size != _codec.Info.Size || codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
                    continue;
                warn?.Invoke($"{_name}: the JPEG {(scans.Complete ? "is damaged" : "ends early")}; what is there is used.");
                return;
            }
        }
        throw new InvalidDataException(result == SKCodecResult.IncompleteInput
            ? $"{_name}: the {format} image ends early, so it cannot be decoded completely; copy or download it again."
            : $"{_name}: the {format} image is damaged and cannot be decoded completely.");
    }

    // Only the last two bytes of a good file are read, a page that the decoder had.
    private void LookBehind(Action<string> warn)
    {
        using (Stream stream = _copy is null ? OpenFile(_name) : Content(_copy))
        {
            Span<byte> last = stackalloc byte[2];
            stream.Seek(-2, SeekOrigin.End);
            stream.ReadExactly(last);
            if (last.SequenceEqual(JpegScans.EndOfImage))
                return;
        }
        warn(JpegScans.Find(ReadAll()).Complete
            ? $"{_name}: other bytes follow after the end of the JPEG; they are ignored."
            : $"{_name}: the JPEG ends early; what is there is used.");
    }

    private ReadOnlySpan<byte> ReadAll()
    {
        if (_copy is not null)
            return _copy.GetBuffer().AsSpan(0, (int)_copy.Length);
        using var file = OpenFile(_name);
        using var copy = new MemoryStream((int)Math.Min(file.Length, MaximumBytes));
        new BoundedStream(file, MaximumBytes, _name).CopyTo(copy);
        return copy.GetBuffer().AsSpan(0, (int)copy.Length);
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            throw new InvalidDataException($"{path}: expected an image file, found a folder.");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException($"{path}: no permission to read the file.", exception);
        }
    }

    private static MemoryStream Content(MemoryStream copy) => new(copy.GetBuffer(), 0, (int)copy.Length, writable: false);

    private static SKCodec? CreateCodec(ReadOnlySpan<byte> file, out SKCodecResult result)
    {
        using var data = SKData.CreateCopy(file);
        return SKCodec.Create(new SKMemoryStream(data), out result);
    }

    private static EncodedImage Create(SKCodec? codec, SKCodecResult result, string name, MemoryStream? copy, Stream stream)
    {
        if (codec is null)
            throw new InvalidDataException($"{name}: {ImageSignature.WhyNot(stream, result == SKCodecResult.IncompleteInput)}");
        try
        {
            Check(codec, name, stream.Length);
            return new(codec, name, copy, stream);
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    private static void Check(SKCodec codec, string name, long bytes)
    {
        long pixels = (long)codec.Info.Width * codec.Info.Height;
        bool few = pixels is > 0 and <= ImageFile.MaximumPixels;
        long unsuspicious = codec.EncodedFormat == SKEncodedImageFormat.Webp ? UnsuspiciousWebpPixels : UnsuspiciousPixels;
        if (few && (pixels <= unsuspicious || pixels / ImageFile.MaximumPixelsPerByte <= bytes))
            return;
        string size = $"{codec.Info.Width} x {codec.Info.Height}";
        throw new InvalidDataException(few
            ? $"{name}: expected at least a byte for every {ImageFile.MaximumPixelsPerByte} pixels, found {size} pixels in {bytes} bytes."
            : $"{name}: expected at most {ImageFile.MaximumPixels} pixels, found {size}.");
    }
}
