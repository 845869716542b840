namespace Yolo.MLNet.Tests.Packages;

/// <summary>A folder in which a user writes a program.</summary>
internal static class UserFolder
{
    private static string MachineCache => System.Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The environment of a user whose files are all in a folder. F# scripts ask no nuget.config for caches.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Environment(string home) =>
    [
        new("HOME", home), new("NUGET_PACKAGES", Path.Combine(home, "cache")), new("NUGET_FALLBACK_PACKAGES", MachineCache),
        new("DOTNET_NOLOGO", "1"), new("DOTNET_GENERATE_ASPNET_CERTIFICATE", "false"),
    ];

    /// <summary>Has programs in a folder take packages from another one. They go into a cache of their own, so that none of an earlier
    /// build is taken; what else they need comes from the machine's cache and sources.</summary>
    public static void UsePackages(string folder, string packages, string cache) => File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="{cache}" /></config>
          <fallbackPackageFolders><add key="machine" value="{MachineCache}" /></fallbackPackageFolders>
          <packageSources><add key="packed" value="{packages}" /></packageSources>
        </configuration>
        """);
}
