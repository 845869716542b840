// Breaks each rule of mutations.txt in turn, runs the tests, and writes which test caught it to docs/mutations.md, where it is described.
using System.Diagnostics;
using Yolo.Mutations;

if (args is not ([] or ["missed"] or ["only", _]))
{
    Console.Error.WriteLine("""
        (nothing)      every mutation
        missed         those that nothing caught the last time
        only TEXT      those whose area, rule or file contains the text
        """);
    return 2;
}

var mutations = Mutation.ReadList(Repository.Combine("tests", "Yolo.Mutations", "mutations.txt"));
var table = new ResultTable(Repository.Combine("docs", "mutations.md"));
Mutation[] chosen = args switch
{
    ["missed"] => [.. mutations.Where(mutation => table[mutation] is null)],
    ["only", var text] => [.. mutations.Where(mutation => $"{mutation.Area}\n{mutation.Rule}\n{mutation.File}".Contains(text, StringComparison.OrdinalIgnoreCase))],
    _ => [.. mutations],
};
var run = new MutationRun();
int missed = 0, errors = 0;
foreach (var mutation in chosen)
{
    long start = Stopwatch.GetTimestamp();
    string result;
    try
    {
        table[mutation] = run.FirstFailure(mutation);
        missed += table[mutation] is null ? 1 : 0;
        result = table[mutation] ?? "NOT CAUGHT";
        table.Write(mutations);
    }
    catch (InvalidDataException exception)
    {
        errors++;
        result = $"ERROR {exception.Message}";
    }
    Console.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds,6:F1} s  {mutation.Area}: {mutation.Rule}: {result}");
}
Console.WriteLine($"{chosen.Length - missed - errors} of {chosen.Length} caught, {missed} not caught, {errors} errors.");
return missed + errors == 0 ? 0 : 1;
