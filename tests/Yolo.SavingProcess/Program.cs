using System.Diagnostics;
using Yolo;

// Usage: Yolo.SavingProcess folder
// Saves one version of every file after the other and prints the name of each file saved. Whoever does not kill it has forgotten it.
var clock = Stopwatch.StartNew();
SavedFiles[] versions = [new(version: 0), new(version: 1)];
for (int round = 0; clock.Elapsed < TimeSpan.FromMinutes(5); round++)
{
    foreach (var (name, save) in versions[round % versions.Length].All)
    {
        save(Path.Combine(args[0], name));
        Console.Out.WriteLine(name);
        Console.Out.Flush();
    }
}
