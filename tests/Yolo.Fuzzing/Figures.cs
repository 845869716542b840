using System.Text.Json;

namespace Yolo.Fuzzing;

/// <summary>What all runs of a target came to.</summary>
internal sealed record Figures
{
    /// <summary>Inputs given to the target.</summary>
    public long Executions { get; set; }

    /// <summary>Processor time taken, seconds.</summary>
    public double CpuSeconds { get; set; }

    /// <summary>Edges covered in the assemblies that are instrumented.</summary>
    public int Edges { get; set; }

    /// <summary>Inputs kept because they took an edge that those before did not, or took it more often.</summary>
    public int Inputs { get; set; }

    /// <summary>Those of earlier runs; zeros where there are none.</summary>
    public static Figures Load(string path) => File.Exists(path) ? JsonSerializer.Deserialize<Figures>(File.ReadAllText(path))! : new();

    /// <summary>Keeps them for later runs.</summary>
    public void Save(string path)
    {
        File.WriteAllText(path + ".tmp", JsonSerializer.Serialize(this));
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
