namespace Yolo.Web;

/// <summary>Takes a body into memory: decoders read synchronously, servers do not.</summary>
internal static class Upload
{
    private const int BufferSize = 64 << 10;

    /// <summary>The body, or null where it is longer than allowed: found from its declared length, else as soon as that much has come.</summary>
    public static async Task<MemoryStream?> ReadAsync(HttpRequest request, int maximumBytes)
    {
        if (request.ContentLength > maximumBytes)
            return null;
        var content = new MemoryStream((int)(request.ContentLength ?? BufferSize));
        byte[] buffer = new byte[BufferSize];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            if (content.Length + read > maximumBytes)
                return null;
            content.Write(buffer, 0, read);
        }
        content.Position = 0;
        return content;
    }
}
