using System.CommandLine;
using System.Globalization;
using Yolo.CommandLine.Downloads;
using Yolo.CommandLine.Output;

namespace Yolo.CommandLine.Commands;

/// <summary><c>download</c>: data sets and published weights.</summary>
internal sealed class DownloadCommand(Terminal terminal, IReadOnlyList<DownloadItem> catalog)
{
    private readonly Argument<string[]> _names = new("names") { Description = "What to download; none lists what there is.", Arity = ArgumentArity.ZeroOrMore, HelpName = "name" };

    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder for what is downloaded.", HelpName = "folder", DefaultValueFactory = _ => DownloadCatalog.DefaultFolder };

    private readonly Option<Uri?> _from = new("--from")
    {
        Description = "Address of a folder on another server that holds the files under their names. Sizes and checksums stay as they are.",
        HelpName = "url",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (Uri.TryCreate(text.TrimEnd('/') + '/', UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                return address;
            result.AddError($"--from must be an http or https address; found {text}.");
            return null;
        },
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new Command("download", "Downloads data sets and published weights: goes on where it was interrupted, verifies, unpacks, and says which licence it found.") { _names };
        return command
            .WithOptions(_output, _from)
            .WithExamples(
                "yolo-mlnet download                                     # lists what there is",
                "yolo-mlnet download yolov2-voc                          # downloads/yolov2-voc.weights, .cfg, .names",
                "yolo-mlnet detect street.jpg --model downloads/yolov2-voc.weights",
                "yolo-mlnet download darknet19_448.conv.23 voc2007 -o data")
            .WithAction(terminal, Run, _ => "Cancelled. What came so far is kept; the same command goes on from there.");
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string[] names = parsed.GetValue(_names) ?? [];
        if (names.Length == 0)
        {
            int width = catalog.Max(item => item.Name.Length);
            foreach (var item in catalog)
                terminal.Line($"{item.Name.PadRight(width)}  {item.Description}");
            return ExitCodes.Success;
        }
        DownloadItem[] items = [.. names.Select(name => DownloadCatalog.Find(catalog, name)
            ?? throw new ArgumentException($"Expected one of {string.Join(", ", catalog.Select(item => item.Name))}, found '{name}'."))];
        string folder = parsed.GetRequiredValue(_output);
        Directory.CreateDirectory(folder);
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("yolo-mlnet");
        var downloader = new Downloader(client, terminal);
        foreach (var item in items)
            Download(item, folder, parsed.GetValue(_from), downloader, cancellation);
        return ExitCodes.Success;
    }

    private void Download(DownloadItem item, string folder, Uri? from, Downloader downloader, CancellationToken cancellation)
    {
        terminal.Heading($"{item.Name}: {item.Description}");
        var licences = new List<string>();
        foreach (var file in item.Files)
        {
            var source = from is null ? file : file with { Addresses = [new Uri(from, file.Name)] };
            string path = downloader.Fetch(source, folder, cancellation);
            if (item.Unpack)
                licences.AddRange(TarUnpacker.Unpack(path, folder, terminal, cancellation));
        }
        foreach (string made in item.Complete(folder))
            terminal.Line(FormattableString.Invariant($"{made}: {new FileInfo(made).Length:N0} bytes"));
        terminal.Line(licences.Count > 0 ? $"Licence found: {string.Join(", ", licences)}" : $"Licence: {item.Licence}");
        terminal.Line("Next: yolo-mlnet " + string.Format(CultureInfo.InvariantCulture, item.Next, folder));
    }
}
