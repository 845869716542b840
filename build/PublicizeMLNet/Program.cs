using PublicizeMLNet;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: PublicizeMLNet <assembly> <opened copy>");
    return 2;
}
try
{
    byte[] image = File.ReadAllBytes(args[0]);
    Publicizer.Open(image);
    // Written beside the target and renamed, so that a build that is stopped half way leaves no half assembly that looks up to date.
    string temporary = $"{args[1]}.{Environment.ProcessId}.tmp";
    File.WriteAllBytes(temporary, image);
    File.Move(temporary, args[1], overwrite: true);
    return 0;
}
catch (Exception e) when (e is IOException or BadImageFormatException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"PublicizeMLNet : error : {args[0]}: {e.Message}");
    return 1;
}
