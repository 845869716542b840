using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Xunit;

namespace Yolo.Web.Tests;

public sealed class DetectionEndpointTests : IDisposable
{
    private const string Detect = "/api/detect";

    private readonly WebApp _app = new(("MaximumBytes", "200000"), ("MaximumPixels", "100000"), ("Workers", "2"));
    private readonly HttpClient _client;

    // A client that follows redirects reads bodies to their end first, and so knows the length of all.
    public DetectionEndpointTests() => _client = _app.CreateClient(new() { AllowAutoRedirect = false });

    [Theory]
    [InlineData("0.02")]
    [InlineData("0.1")]
    public async Task Detect_Png_FindsWhatTheDetectorFinds(string threshold)
    {
        byte[] file = _app.Png();
        var expected = WebApp.Expected(file, float.Parse(threshold, System.Globalization.CultureInfo.InvariantCulture));

        var answer = await Post<DetectionResponse>($"{Detect}?threshold={threshold}", WebApp.Body(file));

        Assert.NotEmpty(expected);
        Assert.Equal((200, 120), (answer.Width, answer.Height));
        Assert.Equal(expected.Select(found => found.ClassName), answer.Detections.Select(found => found.ClassName));
        Assert.All(expected.Zip(answer.Detections), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5f));
        Assert.All(expected.Zip(answer.Detections), pair => Assert.Equal(pair.First.Box.Left, pair.Second.Box.Left, 1e-2f));
        Assert.All(expected.Zip(answer.Detections), pair => Assert.Equal(pair.First.Box.Bottom, pair.Second.Box.Bottom, 1e-2f));
        Assert.True(answer is { DecodeMilliseconds: > 0, DetectMilliseconds: > 0 });
    }

    // The threshold that the model was saved with.
    [Fact]
    public async Task Detect_NoThreshold_TakesTheModels()
    {
        byte[] file = _app.Png();

        var answer = await Post<DetectionResponse>(Detect, WebApp.Body(file));

        Assert.Equal(WebApp.Expected(file, 0.05f).Count, answer.Detections.Count);
    }

    [Theory]
    [InlineData("0.01", "threshold: expected at least 0.02 and below 1, found 0.01.")]
    [InlineData("1", "threshold: expected at least 0.02 and below 1, found 1.")]
    [InlineData("NaN", "threshold: expected at least 0.02 and below 1, found NaN.")]
    public async Task Detect_ThresholdOutOfRange_SaysTheRange(string threshold, string expected)
    {
        var problem = await Refused($"{Detect}?threshold={threshold}", WebApp.Body(_app.Png()), HttpStatusCode.BadRequest);

        Assert.Equal(expected, problem.Detail);
    }

    [Fact]
    public async Task Detect_FileTooLong_SaysTheLimit()
    {
        var problem = await Refused(Detect, WebApp.Body(new byte[200_001]), HttpStatusCode.RequestEntityTooLarge);

        Assert.Equal("The image has more than 200000 bytes.", problem.Detail);
    }

    [Fact]
    public async Task Detect_FileTooLongWithoutALength_IsRefusedWhileItComes()
    {
        using var endless = new StreamContent(new ChunkedStream(200_001));
        endless.Headers.ContentType = new("image/png");

        Assert.Null(endless.Headers.ContentLength);
        await Refused(Detect, endless, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData("image/svg+xml")]
    public async Task Detect_OtherType_IsRefused(string type) => await Refused(Detect, WebApp.Body(_app.Png(), type), HttpStatusCode.UnsupportedMediaType);

    [Fact]
    public async Task Detect_DamagedImage_SaysSo()
    {
        byte[] file = _app.Png();

        var problem = await Refused(Detect, WebApp.Body(file[..(file.Length / 2)]), HttpStatusCode.BadRequest);

        Assert.Contains("cannot be decoded completely", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detect_TooManyPixels_SaysTheLimit()
    {
        var problem = await Refused(Detect, WebApp.Body(_app.Png(400, 251)), HttpStatusCode.BadRequest);

        Assert.Equal("image: expected at most 100000 pixels, found 400 x 251.", problem.Detail);
    }

    [Fact]
    public async Task GetModel_Always_DescribesModelAndLimits()
    {
        var model = await _client.GetFromJsonAsync<ModelDescription>("/api/model", Token);

        Assert.NotNull(model);
        Assert.Equal(["ant", "bee", "cat"], model.Classes);
        Assert.Equal(("mini.zip", 160, 96, 0.02f, 0.05f, 200_000),
            (model.Name, model.InputWidth, model.InputHeight, model.LowestScore, model.DefaultThreshold, model.MaximumBytes));
    }

    [Fact]
    public async Task OpenApi_Document_DescribesTheEndpointItsTypesAndAnswers()
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync("/openapi/v1.json", Token));

        var post = document.RootElement.GetProperty("paths").GetProperty(Detect).GetProperty("post");
        Assert.Equal(["image/jpeg", "image/png", "image/bmp", "image/webp", "image/gif"],
            post.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(type => type.Name));
        Assert.Equal(["200", "400", "413", "415", "503"], post.GetProperty("responses").EnumerateObject().Select(answer => answer.Name));
        var score = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("FoundObject").GetProperty("properties").GetProperty("score");
        Assert.Equal("number", score.GetProperty("type").GetString());
        Assert.Equal("Objectness times class probability, 0 to 1.", score.GetProperty("description").GetString());
    }

    [Fact]
    public async Task Health_ModelLoaded_IsHealthy() => Assert.Equal("Healthy", await _client.GetStringAsync("/health", Token));

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/app.js", "text/javascript")]
    [InlineData("/app.css", "text/css")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task Page_EachFile_IsServedAndNamesNoOtherHost(string path, string type)
    {
        using var response = await _client.GetAsync(path, Token);

        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("default-src 'self'; img-src 'self' blob:", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        string content = await response.Content.ReadAsStringAsync(Token);
        // The name of SVG's namespace is no address.
        Assert.DoesNotContain("://", content.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _client.Dispose();
        _app.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<T> Post<T>(string address, HttpContent content)
    {
        using var response = await _client.PostAsync(address, content, Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return (await response.Content.ReadFromJsonAsync<T>(Token))!;
    }

    private async Task<ProblemDetails> Refused(string address, HttpContent content, HttpStatusCode status)
    {
        using var response = await _client.PostAsync(address, content, Token);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (await response.Content.ReadFromJsonAsync<ProblemDetails>(Token))!;
    }

    /// <summary>Bytes whose number is not known before they have come.</summary>
    private sealed class ChunkedStream(int length) : MemoryStream(new byte[length])
    {
        public override bool CanSeek => false;
    }
}
