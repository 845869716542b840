using System.Net;
using System.Net.Http.Json;
using Xunit;

namespace Yolo.Web.Tests;

public sealed class ConcurrencyTests
{
    private const int Uploads = 50;

    // Over a real socket.
    [Fact]
    public async Task Detect_FiftyUploadsAtOnce_AllGetTheirOwnAnswer()
    {
        using var app = new WebApp();
        app.UseKestrel(0);
        using var client = app.CreateClient();
        byte[][] files = [.. Enumerable.Range(0, 5).Select(seed => app.Png(seed: seed))];
        int[] expected = [.. files.Select(file => WebApp.Expected(file, 0.02f).Count)];

        var answers = await Task.WhenAll(Enumerable.Range(0, Uploads).Select(async i =>
        {
            using var response = await client.PostAsync($"/api/detect?threshold=0.02", WebApp.Body(files[i % files.Length]), Token);
            response.EnsureSuccessStatusCode();
            return (await response.Content.ReadFromJsonAsync<DetectionResponse>(Token))!;
        }));

        Assert.True(expected.Distinct().Count() > 1);
        Assert.Equal(Enumerable.Range(0, Uploads).Select(i => expected[i % files.Length]), answers.Select(answer => answer.Detections.Count));
    }

    [Fact]
    public async Task Detect_QueueFull_IsTurnedAwayUntilThereIsRoom()
    {
        using var app = new WebApp(("Workers", "1"), ("QueueLength", "0"));
        using var client = app.CreateClient();
        byte[] file = app.Png();
        using (var turn = await app.Service.WaitAsync(Token))
        {
            using var refused = await client.PostAsync("/api/detect", WebApp.Body(file), Token);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("1", Assert.Single(refused.Headers.GetValues("Retry-After")));
            Assert.Equal("Degraded", await client.GetStringAsync("/health", Token));
        }

        using var accepted = await client.PostAsync("/api/detect", WebApp.Body(file), Token);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Equal("Healthy", await client.GetStringAsync("/health", Token));
    }

    [Fact]
    public async Task Detect_WorkersBusy_WaitsForATurn()
    {
        using var app = new WebApp(("Workers", "1"), ("QueueLength", "1"));
        using var client = app.CreateClient();
        byte[] file = app.Png();
        Task<HttpResponseMessage> waiting;
        using (await app.Service.WaitAsync(Token))
        {
            waiting = client.PostAsync("/api/detect", WebApp.Body(file), Token);
            // Until it has taken the one place in the queue.
            while (!app.Service.IsFull && !waiting.IsCompleted)
                await Task.Yield();
            Assert.False(waiting.IsCompleted);
        }

        using var response = await waiting;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
