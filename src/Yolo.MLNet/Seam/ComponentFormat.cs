using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Yolo.MLNet.Seam;

/// <summary>A kind of component that models hold, and the versions of what it writes into <c>Model.key</c>: major number in the upper 16 bits, minor in the lower.</summary>
/// <param name="Signature">Marks the component in ML.NET's header; eight characters.</param>
/// <param name="LoaderSignature">Name under which ML.NET finds its loader; at most 24 characters.</param>
/// <param name="Oldest">Oldest version that is read: the first that was ever written.</param>
/// <param name="Current">Version that is written.</param>
/// <remarks>Whoever raises <paramref name="Current"/> keeps reading all before it, and stores a sample: docs/versions.md.</remarks>
internal sealed record ComponentFormat(string Signature, string LoaderSignature, uint Oldest, uint Current)
{
    /// <summary>A version as people write it, such as 1.2.</summary>
    public static string Text(uint version) => string.Create(CultureInfo.InvariantCulture, $"{version >> 16}.{version & 0xFFFF}");

    /// <summary>Marks the directory of a context as a component of this kind.</summary>
    public void BeginSave(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Info());
    }

    /// <summary>Checks that the directory of a context holds a component of this kind, of a version that is read. That it is read to its end, ML.NET checks afterwards.</summary>
    /// <returns>The version.</returns>
    /// <exception cref="NotSupportedException">A later version of this library wrote it.</exception>
    /// <exception cref="FormatException">ML.NET's error for a component of another kind.</exception>
    public uint BeginLoad(ModelLoadContext ctx)
    {
        // ML.NET's own message asks for another version of ML.NET.
        if (ctx.Header.ModelVerReadable > Current)
        {
            throw new NotSupportedException($"{LoaderSignature}: expected a model of version {Text(Oldest)} to {Text(Current)}, found one of version {Text(ctx.Header.ModelVerReadable)}, "
                + $"which a version of Yolo.MLNet later than {GetType().Assembly.GetName().Version?.ToString(3)} wrote. Update the package Yolo.MLNet.");
        }
        ctx.CheckAtModel(Info());
        return ctx.Header.ModelVerWritten;
    }

    /// <summary>The simple assembly name lets an application load what another version of this library saved; the numbers say whether it can.</summary>
    private VersionInfo Info() => new(
        modelSignature: Signature, verWrittenCur: Current, verReadableCur: Current, verWeCanReadBack: Oldest, loaderAssemblyName: GetType().Assembly.GetName().Name, loaderSignature: LoaderSignature);
}
