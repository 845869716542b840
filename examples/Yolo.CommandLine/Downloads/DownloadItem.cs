namespace Yolo.CommandLine.Downloads;

/// <summary>Something that can be downloaded by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it is.</param>
/// <param name="Licence">Under which terms it is published.</param>
/// <param name="Files">Its files.</param>
internal sealed record DownloadItem(string Name, string Description, string Licence, params IReadOnlyList<RemoteFile> Files)
{
    /// <summary>Whether the files are archives that are unpacked.</summary>
    public bool Unpack { get; init; }

    /// <summary>Makes what goes with the files, such as a .cfg, in the folder where they are, and returns the paths of what it made.</summary>
    public Func<string, IReadOnlyList<string>> Complete { get; init; } = _ => [];

    /// <summary>The file that <c>train --weights</c> starts from; null for what are no weights.</summary>
    public string? Weights { get; init; }

    /// <summary>How to go on.</summary>
    public required string Next { get; init; }
}
