using System.Globalization;
using Yolo.Fuzzing;

switch (args)
{
    case ["list"]:
        using (var targets = new FuzzTargets())
            Console.WriteLine(string.Join('\n', targets.All.Keys));
        return 0;

    case ["run", var target, "--seconds", var seconds]:
        return Campaign.Run(target, double.Parse(seconds, CultureInfo.InvariantCulture)) == 0 ? 0 : 1;

    case ["replay", var target, .. var files]:
        using (var targets = new FuzzTargets())
        {
            var problems = files.Select(file => (File: file, Problem: targets.Try(target, File.ReadAllBytes(file)))).Where(result => result.Problem is not null).ToList();
            foreach (var (file, problem) in problems)
                Console.WriteLine($"{file}: {problem}");
            return problems.Count == 0 ? 0 : 1;
        }

    case ["figures"]:
        using (var targets = new FuzzTargets())
        {
            foreach (string target in targets.All.Keys)
                Campaign.Print(target);
        }
        return 0;

    case ["minimise", var target]:
        using (var process = Campaign.Start("keep", target))
        {
            process.WaitForExit();
            return process.ExitCode;
        }

    // What the commands above start, on instrumented assemblies.
    case ["work", var target, var seconds]:
        using (var worker = new Worker(target, new(target)))
            worker.Run(double.Parse(seconds, CultureInfo.InvariantCulture));
        return 0;

    case ["keep", var target]:
        using (var worker = new Worker(target, new(target)))
            worker.KeepCorpus();
        return 0;

    default:
        Console.WriteLine("list | run TARGET --seconds N | replay TARGET FILE... | figures | minimise TARGET");
        return 2;
}
