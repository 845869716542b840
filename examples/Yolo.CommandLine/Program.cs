using Yolo.CommandLine;
using Yolo.CommandLine.Output;

return await new CommandLineApp(Terminal.OfProcess()).RunAsync(args).ConfigureAwait(false);
