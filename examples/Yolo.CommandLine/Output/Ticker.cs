using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Yolo.CommandLine.Output;

/// <summary>Shows how far some work is, how fast it goes and how long it will take: a bar in a terminal, a line every few seconds elsewhere.</summary>
internal sealed class Ticker
{
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(5);

    private readonly Func<double, string> _describeRate;
    private readonly Action<Ticker> _show;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly long _first;

    private Ticker(long total, long first, Func<double, string> describeRate, Action<Ticker> show)
    {
        Total = total;
        Done = _first = first;
        _describeRate = describeRate;
        _show = show;
    }

    /// <summary>All of the work; 0 where it is not known.</summary>
    public long Total { get; private set; }

    /// <summary>What of it is done.</summary>
    public long Done { get; private set; }

    private TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>What is done per second since the start.</summary>
    private double Rate => (Done - _first) / Math.Max(Elapsed.TotalSeconds, 1e-3);

    /// <summary>Runs some work with a view of it.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="what">What is done, such as <c>images</c>.</param>
    /// <param name="total">All of it; 0 where that is not known.</param>
    /// <param name="work">The work.</param>
    /// <param name="describeRate">A rate per second as text; null: with one decimal and <paramref name="what"/>.</param>
    /// <param name="first">What of it was done before.</param>
    public static void Run(Terminal terminal, string what, long total, Action<Ticker> work, Func<double, string>? describeRate = null, long first = 0)
    {
        describeRate ??= rate => string.Create(CultureInfo.InvariantCulture, $"{rate:F1} {what}/s");
        if (terminal.Interactive)
            RunWithBar(terminal, what, total, first, work, describeRate);
        else
            RunWithLines(terminal, what, total, first, work, describeRate);
    }

    /// <summary>More of the work is done.</summary>
    public void Advance(long count = 1)
    {
        Done += count;
        _show(this);
    }

    /// <summary>So much of the work is done, and it is known by now how much there is.</summary>
    public void MoveTo(long done, long total)
    {
        Total = total;
        Done = done;
        _show(this);
    }

    private static void RunWithBar(Terminal terminal, string what, long total, long first, Action<Ticker> work, Func<double, string> describeRate) =>
        terminal.Ansi.Progress()
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var bar = context.AddTask(Markup.Escape(what));
                work(new(total, first, describeRate, ticker =>
                {
                    bar.IsIndeterminate = ticker.Total == 0;
                    bar.MaxValue = Math.Max(ticker.Total, 1);
                    bar.Value = ticker.Done;
                    bar.Description = Markup.Escape(ticker.Describe());
                }));
            });

    private static void RunWithLines(Terminal terminal, string what, long total, long first, Action<Ticker> work, Func<double, string> describeRate)
    {
        var next = s_betweenLines;
        work(new(total, first, describeRate, ticker =>
        {
            if (ticker.Elapsed < next)
                return;
            next = ticker.Elapsed + s_betweenLines;
            string share = ticker.Total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * ticker.Done / ticker.Total,3:F0} %  ") : "";
            terminal.Line($"  {what}: {share}{ticker.Describe()}");
        }));
    }

    private string Describe()
    {
        double rate = Rate;
        string left = Total > 0 && rate > 0
            ? string.Create(CultureInfo.InvariantCulture, $"  {TimeSpan.FromSeconds((Total - Done) / rate):h\\:mm\\:ss} left") : "";
        return _describeRate(rate) + left;
    }
}
