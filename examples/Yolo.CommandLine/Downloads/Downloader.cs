using System.Net;
using System.Net.Http.Headers;
using Yolo.CommandLine.Output;
using Yolo.Model.Files;

namespace Yolo.CommandLine.Downloads;

/// <summary>Downloads files: goes on where it was interrupted, and lets nothing through that is not what it should be.</summary>
internal sealed class Downloader(HttpClient client, Terminal terminal)
{
    private const string PartExtension = ".part", TagExtension = ".part.etag";
    private const int BufferSize = 1 << 17;

    /// <summary>How often a connection that broke off is taken up again before the next address is tried.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>How long to wait before that.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A server that sends nothing for so long counts as broken off.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Makes sure that a folder holds a file, and returns its path.</summary>
    /// <exception cref="HttpRequestException">No address has it.</exception>
    /// <exception cref="InvalidDataException">What came is not what it should be.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what came so far is kept.</exception>
    public string Fetch(RemoteFile file, string folder, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, file.Name);
        if (File.Exists(path))
        {
            new Verification(terminal).Verify(file, path);
            terminal.Line($"{path} is there already.");
            return path;
        }
        Exception? last = null;
        foreach (var address in file.Addresses)
        {
            try
            {
                terminal.Line($"{address}");
                Receive(file, address, path + PartExtension, path + TagExtension, cancellation);
                new Verification(terminal).Verify(file, path + PartExtension, path);
                File.Move(path + PartExtension, path);
                File.Delete(path + TagExtension);
                return path;
            }
            catch (InvalidDataException)
            {
                File.Delete(path + PartExtension);
                throw;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                last = exception;
                terminal.Warning($"{address}: {exception.Message}");
            }
        }
        throw new HttpRequestException($"{file.Name} could not be downloaded. What came so far is kept; the same command goes on from there. {last?.Message}", last);
    }

    private void Receive(RemoteFile file, Uri address, string part, string tag, CancellationToken cancellation)
    {
        long most = LengthOf(part);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                ReceiveRest(file, address, part, tag, cancellation);
                return;
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError })
            {
                // Cancelled and broken off at once is cancelled.
                cancellation.ThrowIfCancellationRequested();
                // An attempt that came further than all before does not count.
                long came = LengthOf(part);
                if (came > most)
                    (most, attempt) = (came, 0);
                else if (attempt >= Attempts)
                    throw;
                terminal.Warning($"{address}: {exception.Message} Trying again.");
                if (cancellation.WaitHandle.WaitOne(Pause))
                    throw new OperationCanceledException(cancellation);
            }
        }
    }

    private void ReceiveRest(RemoteFile file, Uri address, string part, string tag, CancellationToken cancellation)
    {
        long have = LengthOf(part);
        if (file.Sizes.Contains(have) && file.Sizes.Max() == have)
            return;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
            // The rest of another version of the file would make nonsense: then the server sends all of it.
            if (File.Exists(tag) && EntityTagHeaderValue.TryParse(File.ReadAllText(tag), out var known) && !known.IsWeak)
                request.Headers.IfRange = new RangeConditionHeaderValue(known);
        }
        using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            if (file.Sizes.Contains(have))
                return;
            File.Delete(part);
            throw new IOException("the server has no more of the file than is there already, and that is too little.");
        }
        response.EnsureSuccessStatusCode();
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        if (!goesOn)
            have = 0;
        long? all = goesOn ? response.Content.Headers.ContentRange!.Length : response.Content.Headers.ContentLength;
        if (all is { } length && !file.Sizes.Contains(length))
            throw new InvalidDataException(FormattableString.Invariant($"{address}: expected {Verification.SizesOf(file)} bytes, the server has {length:N0}."));
        if (response.Headers.ETag is { } etag)
            AtomicFile.Write(tag, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(etag.ToString())));
        using var target = new FileStream(part, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write);
        if (goesOn)
            terminal.Line(FormattableString.Invariant($"Going on after {have:N0} bytes."));
        Ticker.Run(terminal, file.Name, all ?? file.Sizes[0], ticker => Copy(response, target, ticker, cancellation), rate => FormattableString.Invariant($"{rate / 1e6:F1} MB/s"), have);
        target.Flush(flushToDisk: true);
        if (target.Length < file.Sizes.Min())
            throw new IOException(FormattableString.Invariant($"broken off after {target.Length:N0} bytes."));
    }

    private void Copy(HttpResponseMessage response, FileStream target, Ticker ticker, CancellationToken cancellation)
    {
        using var source = response.Content.ReadAsStream(cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            patience.CancelAfter(Patience);
            int read;
            try
            {
                read = source.ReadAsync(buffer, patience.Token).AsTask().GetAwaiter().GetResult();
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new IOException($"nothing came for {Patience.TotalSeconds:F0} seconds.");
            }
            if (read == 0)
                return;
            target.Write(buffer, 0, read);
            ticker.Advance(read);
        }
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
