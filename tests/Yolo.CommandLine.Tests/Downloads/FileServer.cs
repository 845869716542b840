using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Yolo.CommandLine.Tests.Downloads;

/// <summary>A local server that hands out bytes, parts of them where a client asks for a range, and misbehaves where a test wants it to.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly ConcurrentDictionary<string, byte[]> _files = [];
    private readonly ConcurrentQueue<string> _requests = [];

    public FileServer()
    {
        for (int attempt = 0; ; attempt++)
        {
            Address = new($"http://127.0.0.1:{FreePort()}/");
            _listener = new();
            _listener.Prefixes.Add(Address.ToString());
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 10)
            {
            }
        }
        _ = Task.Run(ServeAsync);
    }

    /// <summary>Where it is.</summary>
    public Uri Address { get; }

    /// <summary>What was asked for: name, and the range if there was one.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Version of the files; a range of another version is not given.</summary>
    public string Tag { get; set; } = "\"1\"";

    /// <summary>Bytes of each answer after which the connection breaks, until there are none.</summary>
    public ConcurrentQueue<int> BreakAfter { get; } = [];

    /// <summary>Bytes of the next answer after which the server falls silent and keeps the connection, and what is called then; null: it gives whole answers.</summary>
    public (int Bytes, Action Then)? SilentAfter { get; set; }

    /// <summary>Whether ranges are given at all.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>Adds a file.</summary>
    public void Add(string name, byte[] content) => _files[name] = content;

    public void Dispose() => _listener.Close();

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            try
            {
                await AnswerAsync(context);
            }
            catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The client went away.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string name = context.Request.Url!.AbsolutePath[1..];
        string? range = context.Request.Headers["Range"];
        _requests.Enqueue(range is null ? name : $"{name} {range}");
        var response = context.Response;
        if (!_files.TryGetValue(name, out byte[]? content))
        {
            response.StatusCode = 404;
            response.Close();
            return;
        }
        int from = 0;
        bool fresh = context.Request.Headers["If-Range"] is not { } condition || condition == Tag;
        if (range is not null && Ranges && fresh)
        {
            from = int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
            if (from >= content.Length)
            {
                response.StatusCode = 416;
                response.Close();
                return;
            }
            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        response.Headers["ETag"] = Tag;
        response.ContentLength64 = content.Length - from;
        if (SilentAfter is var (bytes, then))
        {
            SilentAfter = null;
            await response.OutputStream.WriteAsync(content.AsMemory(from, bytes));
            await response.OutputStream.FlushAsync();
            then();
            return;
        }
        int length = BreakAfter.TryDequeue(out int most) ? most : content.Length - from;
        await response.OutputStream.WriteAsync(content.AsMemory(from, length));
        await response.OutputStream.FlushAsync();
        if (from + length < content.Length)
            response.Abort();
        else
            response.Close();
    }
}
