using Quickstart;

var command = new QuickstartCommand().Create(async (options, cancellation) =>
{
    try
    {
        await Task.Run(new QuickstartRun(options, cancellation).Run, CancellationToken.None).ConfigureAwait(false);
        return 0;
    }
    catch (OperationCanceledException)
    {
        Report.Error(new Checkpoints(options.Checkpoints).WayOn());
        return 130;
    }
    catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException
        or ArgumentException or NotSupportedException)
    {
        Report.Error(exception.Message);
        return 1;
    }
});
// A training step is finished before a cancelled run ends; one of a large network takes seconds.
return await command.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) }).ConfigureAwait(false);
