using System.Diagnostics;

namespace Yolo.Benchmarks;

/// <summary>The web example as a process of its own, on a free port of this machine.</summary>
internal sealed class WebServer : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private WebServer(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    public static WebServer Start(string modelPath)
    {
        // Built with this project, in the same configuration.
        string program = Path.Combine(AppContext.BaseDirectory.Replace(
            Path.Combine("benchmarks", "Yolo.Benchmarks"), Path.Combine("examples", "Yolo.Web"), StringComparison.Ordinal), "Yolo.Web.dll");
        string[] arguments = [program, "--urls", "http://127.0.0.1:0", $"--Yolo:ModelPath={modelPath}", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information"];
        var process = new Process { StartInfo = new("dotnet", arguments) { RedirectStandardOutput = true } };
        var address = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null)
                address.TrySetException(new InvalidOperationException($"{program} ended before it listened."));
            else if (e.Data.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                address.TrySetResult(new Uri(e.Data[(at + Listening.Length)..].Trim()));
        };
        process.Start();
        process.BeginOutputReadLine();
        return new(process, address.Task.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
