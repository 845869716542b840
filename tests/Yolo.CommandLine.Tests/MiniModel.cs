namespace Yolo.CommandLine.Tests;

/// <summary>The golden network as Darknet's three files: 160 x 96 pixels, 3 classes, finds something in noise at low scores.</summary>
internal static class MiniModel
{
    /// <summary>Writes it into a folder and returns the path of the .weights.</summary>
    public static string Write(string folder)
    {
        File.Copy(TestPaths.Golden("mini/mini.cfg"), Path.Combine(folder, "mini.cfg"));
        File.Copy(TestPaths.Golden("mini/mini.weights"), Path.Combine(folder, "mini.weights"));
        File.WriteAllLines(Path.Combine(folder, "mini.names"), ["ant", "bee", "cat"]);
        return Path.Combine(folder, "mini.weights");
    }
}
