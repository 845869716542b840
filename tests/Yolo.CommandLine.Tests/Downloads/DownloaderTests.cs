using System.Net.Http;
using System.Security.Cryptography;
using Xunit;
using Yolo.CommandLine.Downloads;
using Yolo.CommandLine.Output;

namespace Yolo.CommandLine.Tests.Downloads;

public sealed class DownloaderTests : IDisposable
{
    private readonly FileServer _server = new();
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new(), _errors = new();
    private readonly HttpClient _client = new();
    private readonly byte[] _content = new byte[300_000];

    public DownloaderTests()
    {
        new Random(1).NextBytes(_content);
        _server.Add("a.bin", _content);
    }

    private string Path => _folder.Combine("a.bin");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RemoteFile Remote(params long[] sizes) => new("a.bin", [new(_server.Address, "a.bin")], sizes.Length > 0 ? sizes : [_content.Length]);

    private Downloader Create(int attempts = 3) => new(_client, new Terminal(_output, _errors, interactive: false)) { Attempts = attempts, Pause = TimeSpan.Zero };

    // The digests of a known message: FIPS 180's "abc".
    [Theory]
    [InlineData("MD5", "900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("SHA1", "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData("SHA256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Fetch_PublishedChecksum_IsVerifiedAndTheShaNoted(string algorithm, string hex)
    {
        _server.Add("a.bin", "abc"u8.ToArray());

        Create().Fetch(Remote(3) with { Checksum = new(new HashAlgorithmName(algorithm), hex) }, _folder.Path, Cancellation);

        Assert.Equal("abc", File.ReadAllText(Path));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.bin\n", File.ReadAllText(Path + ".sha256"));
        Assert.Equal(["a.bin", "a.bin.sha256"], Names());
    }

    [Fact]
    public void Fetch_WrongChecksum_LeavesNothing()
    {
        var file = Remote() with { Checksum = new(HashAlgorithmName.MD5, "900150983cd24fb0d6963f7d28e17f72") };

        var exception = Assert.Throws<InvalidDataException>(() => Create().Fetch(file, _folder.Path, Cancellation));

        Assert.Contains("expected MD5 900150983cd24fb0d6963f7d28e17f72, found ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a.bin", Names());
        Assert.DoesNotContain("a.bin.part", Names());
    }

    [Fact]
    public void Fetch_ConnectionBreaksTwice_GoesOnWhereItWas()
    {
        _server.BreakAfter.Enqueue(100_000);
        _server.BreakAfter.Enqueue(50_000);

        Create().Fetch(Remote(), _folder.Path, Cancellation);

        Assert.Equal(_content, File.ReadAllBytes(Path));
        Assert.Equal(3, _server.Requests.Count);
        // How much of a broken answer arrives is the system's affair; what matters is that nothing is fetched twice.
        Assert.StartsWith("a.bin bytes=", _server.Requests[1], StringComparison.Ordinal);
        Assert.StartsWith("a.bin bytes=", _server.Requests[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_AfterAnInterruptedRun_AsksForTheRestAlone()
    {
        File.WriteAllBytes(Path + ".part", _content[..120_000]);
        File.WriteAllText(Path + ".part.etag", "\"1\"");

        Create().Fetch(Remote(), _folder.Path, Cancellation);

        Assert.Equal(_content, File.ReadAllBytes(Path));
        Assert.Equal(["a.bin bytes=120000-"], _server.Requests);
        Assert.Contains("Going on after 120,000 bytes.", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(["a.bin", "a.bin.sha256"], Names());
    }

    [Theory]
    [InlineData("\"2\"", true)]
    [InlineData("\"1\"", false)]
    public void Fetch_OtherVersionOrNoRanges_BeginsAnew(string tag, bool ranges)
    {
        File.WriteAllBytes(Path + ".part", new byte[1000]);
        File.WriteAllText(Path + ".part.etag", "\"1\"");
        (_server.Tag, _server.Ranges) = (tag, ranges);

        Create().Fetch(Remote(), _folder.Path, Cancellation);

        Assert.Equal(_content, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Fetch_CompletePart_IsNotFetchedAgain()
    {
        File.WriteAllBytes(Path + ".part", _content);

        Create().Fetch(Remote(), _folder.Path, Cancellation);

        Assert.Empty(_server.Requests);
        Assert.Equal(_content, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Fetch_TooLongPart_BeginsAnew()
    {
        File.WriteAllBytes(Path + ".part", new byte[_content.Length + 5]);

        Create().Fetch(Remote(), _folder.Path, Cancellation);

        Assert.Equal(_content, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Fetch_ServerHasAnotherSize_IsRefusedBeforeItIsReceived()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Create().Fetch(Remote(16, 20), _folder.Path, Cancellation));

        Assert.EndsWith("expected 16 or 20 bytes, the server has 300,000.", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Names());
    }

    [Fact]
    public void Fetch_BreaksForGood_KeepsWhatCame()
    {
        for (int i = 0; i < 10; i++)
            _server.BreakAfter.Enqueue(i == 0 ? 100_000 : 0);

        Assert.Throws<HttpRequestException>(() => Create(attempts: 2).Fetch(Remote(), _folder.Path, Cancellation));

        Assert.Contains("a.bin.part", Names());
        Assert.DoesNotContain("a.bin", Names());
    }

    [Fact]
    public void Fetch_CancelledWhileNothingComes_KeepsWhatCameAndGoesOnLater()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        File.WriteAllBytes(Path + ".part", _content[..120_000]);
        File.WriteAllText(Path + ".part.etag", "\"1\"");
        _server.SilentAfter = (50_000, stop.Cancel);

        Assert.ThrowsAny<OperationCanceledException>(() => Create().Fetch(Remote(), _folder.Path, stop.Token));

        byte[] came = File.ReadAllBytes(Path + ".part");
        Assert.InRange(came.Length, 120_000, 170_000);
        Assert.Equal(_content[..came.Length], came);
        Assert.Equal(["a.bin.part", "a.bin.part.etag"], Names());

        Create().Fetch(Remote(), _folder.Path, Cancellation);

        Assert.Equal($"a.bin bytes={came.Length}-", _server.Requests[^1]);
        Assert.Equal(_content, File.ReadAllBytes(Path));
    }

    // The pause is longer than any test may take.
    [Fact]
    public void Fetch_CancelledBetweenTwoAttempts_EndsThePause()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        _server.BreakAfter.Enqueue(100_000);
        var errors = new NotifyingWriter("Trying again.", stop.Cancel);
        var downloader = new Downloader(_client, new Terminal(_output, errors, interactive: false)) { Pause = TimeSpan.FromHours(1) };

        Assert.ThrowsAny<OperationCanceledException>(() => downloader.Fetch(Remote(), _folder.Path, stop.Token));

        Assert.Single(_server.Requests);
        Assert.DoesNotContain("a.bin", Names());
    }

    // Ctrl+C, and the network goes at the same moment: it was cancelled, it did not fail.
    [Fact]
    public void Fetch_CancelledWhileTheConnectionBreaks_IsCancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var client = new HttpClient(new BreakingHandler(stop.Cancel));
        var downloader = new Downloader(client, new Terminal(_output, _errors, interactive: false)) { Pause = TimeSpan.Zero };

        Assert.ThrowsAny<OperationCanceledException>(() => downloader.Fetch(Remote(), _folder.Path, stop.Token));

        Assert.Empty(_errors.ToString());
    }

    [Fact]
    public void Fetch_FirstAddressLacksIt_TakesTheSecond()
    {
        var file = Remote() with { Addresses = [new(_server.Address, "gone/a.bin"), new(_server.Address, "a.bin")] };

        Create().Fetch(file, _folder.Path, Cancellation);

        Assert.Equal(["gone/a.bin", "a.bin"], _server.Requests);
        Assert.Contains("404", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_ThereAlready_IsVerifiedAndNotFetched()
    {
        Create().Fetch(Remote(), _folder.Path, Cancellation);

        Create().Fetch(Remote(), _folder.Path, Cancellation);

        Assert.Single(_server.Requests);
        Assert.Contains("is there already", _output.ToString(), StringComparison.Ordinal);
    }

    // Of a file whose checksum nobody published the first download is believed, and later ones must equal it.
    [Fact]
    public void Fetch_ChangedSinceItWasNoted_IsRefused()
    {
        Create().Fetch(Remote(), _folder.Path, Cancellation);
        byte[] changed = [.. _content];
        changed[7] ^= 1;
        File.Delete(Path);
        _server.Add("a.bin", changed);

        var exception = Assert.Throws<InvalidDataException>(() => Create().Fetch(Remote(), _folder.Path, Cancellation));

        Assert.Contains("of an earlier download", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path));
    }

    private string[] Names() => [.. Directory.EnumerateFiles(_folder.Path).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    /// <summary>Calls when a line with some text is written.</summary>
    private sealed class NotifyingWriter(string text, Action then) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(text, StringComparison.Ordinal) == true)
                then();
        }
    }

    /// <summary>An answer that calls when it is read, and breaks off.</summary>
    private sealed class BreakingHandler(Action first) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => new() { Content = new StreamContent(new BreakingStream(first)) };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));
    }

    private sealed class BreakingStream(Action first) : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            first();
            throw new IOException("The connection was reset.");
        }
    }
}
