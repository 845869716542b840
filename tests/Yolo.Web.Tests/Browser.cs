using Microsoft.Playwright;
using Xunit;

namespace Yolo.Web.Tests;

/// <summary>A browser of this machine, started once for a class of tests. A test that asks for a page where there is none skips itself.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Variable = "YOLO_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge", "chrome"];

    // Without a sandbox it runs as root, in containers, too; the rest keeps it from the network and from what a server has not got.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } path)
            return;
        // A busy machine may take longer than the 5 s of the default.
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments });
    }

    /// <summary>An empty page, 1280 x 800.</summary>
    public async Task<IPage> NewPageAsync()
    {
        Assert.SkipWhen(_browser is null, $"No browser: none of {string.Join(", ", Names)} is on the PATH, and {Variable} names none. On Debian `apt-get install chromium` brings one.");
        return await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 } });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
            return File.Exists(path) ? path : null;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string extension = OperatingSystem.IsWindows() ? ".exe" : "";
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name + extension))).FirstOrDefault(File.Exists);
    }
}
