namespace Yolo.Mutations;

/// <summary>Where things are.</summary>
internal static class Repository
{
    public const string Configuration = "Release", Framework = "net10.0";

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>For what a run makes; git does not see it.</summary>
    public static string Scratch { get; } = Path.Combine(AppContext.BaseDirectory, "run");

    public static string Combine(params string[] names) => Path.Combine([Root, .. names]);

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Yolo.MLNet.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Yolo.MLNet.sln.");
    }
}
