using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Yolo.Web.Tests;

/// <summary>The page in a real browser.</summary>
public sealed partial class PageTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private readonly WebApp _app = new();
    private readonly List<string> _requests = [];
    private readonly List<string> _complaints = [];
    private HttpClient _client = null!;
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        _app.UseKestrel(0);
        _client = _app.CreateClient();
        _page = await browser.NewPageAsync();
        _page.Request += (_, request) => _requests.Add(request.Url);
        _page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Add(message.Text);
        };
        _page.PageError += (_, error) => _complaints.Add(error);
        await _page.GotoAsync(_client.BaseAddress!.ToString());
        await Assertions.Expect(_page.Locator("#model")).ToContainTextAsync("mini.zip: 3 classes, 160 × 96 pixels");
    }

    [Fact]
    public async Task Drop_Image_DrawsItsBoxesWithScores()
    {
        byte[] file = _app.Png();
        var expected = WebApp.Expected(file, 0.05f);

        await DropAsync(file);

        var boxes = _page.Locator(".box");
        await Assertions.Expect(boxes).ToHaveCountAsync(expected.Count);
        // The best one comes last, on top.
        var best = expected[0];
        await Assertions.Expect(boxes.Last).ToHaveTextAsync(string.Create(CultureInfo.InvariantCulture, $"{best.ClassName} {best.Score:F2}"));
        await AssertPlacedAsync(boxes.Last, best.Box, 200, 120);
        await Assertions.Expect(_page.Locator("#list tbody tr")).ToHaveCountAsync(expected.Count);
        await Assertions.Expect(_page.Locator("#time")).ToHaveTextAsync(TimeText());
        AssertNothingAmiss();
    }

    [Fact]
    public async Task Slider_Moved_ChoosesAmongTheBoxesWithoutARequest()
    {
        byte[] file = _app.Png();
        var all = WebApp.Expected(file, WebApp.LowestScore);
        await DropAsync(file);
        await Assertions.Expect(_page.Locator("#time")).ToHaveTextAsync(TimeText());
        int requests = _requests.Count;

        foreach (float threshold in (float[])[0.02f, 0.1f, 0.99f])
        {
            await _page.Locator("#threshold").FillAsync(threshold.ToString(CultureInfo.InvariantCulture));

            int count = all.Count(found => found.Score >= threshold);
            await Assertions.Expect(_page.Locator(".box")).ToHaveCountAsync(count);
            await Assertions.Expect(_page.Locator("#summary")).ToContainTextAsync(count == 1 ? "1 object" : $"{count} objects");
            await Assertions.Expect(_page.Locator("#value")).ToHaveTextAsync(threshold.ToString("F2", CultureInfo.InvariantCulture));
        }

        Assert.True(all.Count(found => found.Score >= 0.1f) is var some && some > 0 && some < all.Count);
        Assert.Equal(requests, _requests.Count);
        AssertNothingAmiss();
    }

    [Fact]
    public async Task Drop_NoImage_SaysSoAndTakesTheNextOne()
    {
        await DropAsync([1, 2, 3], "notes.txt", "text/plain");

        await Assertions.Expect(_page.Locator("#error")).ToHaveTextAsync("notes.txt is no JPEG, PNG, BMP, WebP or GIF image.");
        await Assertions.Expect(_page.Locator("#drop")).ToBeVisibleAsync();

        await DropAsync(_app.Png());
        await Assertions.Expect(_page.Locator(".box").First).ToBeVisibleAsync();
        await Assertions.Expect(_page.Locator("#error")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Choose_FileThroughTheDialog_IsLookedAt()
    {
        await _page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "noise.png", MimeType = "image/png", Buffer = _app.Png() });

        await Assertions.Expect(_page.Locator(".box").First).ToBeVisibleAsync();
        AssertNothingAmiss();
    }

    [Fact]
    public async Task Captions_EveryBox_StayInsideThePicture()
    {
        await DropAsync(_app.Png());
        await _page.Locator("#threshold").FillAsync("0.02");
        await Assertions.Expect(_page.Locator(".box")).ToHaveCountAsync(WebApp.Expected(_app.Png(), 0.02f).Count);

        var picture = (await _page.Locator("#image").BoundingBoxAsync())!;
        foreach (var caption in await _page.Locator(".caption").AllAsync())
        {
            var place = (await caption.BoundingBoxAsync())!;
            Assert.InRange(place.X, picture.X - 1, picture.X + picture.Width - place.Width + 1);
            Assert.InRange(place.Y, picture.Y - 1, picture.Y + picture.Height);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
            await _page.CloseAsync();
        _client?.Dispose();
        await _app.DisposeAsync();
    }

    private async Task DropAsync(byte[] file, string name = "noise.png", string type = "image/png")
    {
        await using var data = await _page.EvaluateHandleAsync(
            """
            ([bytes, name, type]) => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type }));
              return data;
            }
            """, new[] { Convert.ToBase64String(file), name, type });
        await _page.DispatchEventAsync("#stage", "drop", new { dataTransfer = data });
    }

    /// <summary>The frame lies where the box says, in proportion to the picture as it is shown.</summary>
    private async Task AssertPlacedAsync(ILocator frame, PixelBox box, int width, int height)
    {
        var (picture, place) = ((await _page.Locator("#image").BoundingBoxAsync())!, (await frame.BoundingBoxAsync())!);
        Assert.Equal(picture.X + box.Left / width * picture.Width, place.X, 1f);
        Assert.Equal(picture.Y + box.Top / height * picture.Height, place.Y, 1f);
        Assert.Equal((box.Right - box.Left) / width * picture.Width, place.Width, 1f);
        Assert.Equal((box.Bottom - box.Top) / height * picture.Height, place.Height, 1f);
    }

    private void AssertNothingAmiss()
    {
        Assert.Equal([], _complaints);
        Assert.All(_requests, url => Assert.True(url.StartsWith(_client.BaseAddress!.ToString(), StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal), url));
    }

    [GeneratedRegex(@"^\d+\.\d ms to detect, \d+\.\d ms to decode, \d+ ms until the answer$")]
    private static partial Regex TimeText();
}
