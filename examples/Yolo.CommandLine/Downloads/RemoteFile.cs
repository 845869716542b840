using System.Security.Cryptography;

namespace Yolo.CommandLine.Downloads;

/// <summary>A file on a server, and what is known of it.</summary>
/// <param name="Name">Its name, there and here.</param>
/// <param name="Addresses">Where it is, the first choice first.</param>
/// <param name="Sizes">The lengths in bytes that it may have.</param>
/// <param name="Checksum">Its checksum, where one was published.</param>
internal sealed record RemoteFile(string Name, IReadOnlyList<Uri> Addresses, IReadOnlyList<long> Sizes, Checksum? Checksum = null)
{
    /// <summary>Looks closer at the downloaded file: throws <see cref="InvalidDataException"/> where it is not what it should be.</summary>
    public Action<string> Inspect { get; init; } = _ => { };
}

/// <summary>A published checksum.</summary>
/// <param name="Algorithm">How it is computed.</param>
/// <param name="Hex">Its value, lower-case.</param>
internal sealed record Checksum(HashAlgorithmName Algorithm, string Hex)
{
    /// <summary>Algorithm and value.</summary>
    public override string ToString() => $"{Algorithm.Name} {Hex}";
}
