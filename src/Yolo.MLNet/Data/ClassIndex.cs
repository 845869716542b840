namespace Yolo.MLNet.Data;

/// <summary>Gives class names their indices, in the order in which they come.</summary>
internal sealed class ClassIndex
{
    private readonly Dictionary<string, int> _indices = [];
    private readonly List<string> _names = [];

    /// <summary>Starts with names that come before all others.</summary>
    public ClassIndex(params IEnumerable<string> names)
    {
        foreach (string name in names)
            Of(name);
    }

    /// <summary>The names, by index.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The index of a name, a new one for a name that has none.</summary>
    public int Of(string name)
    {
        if (!_indices.TryGetValue(name, out int index))
        {
            _indices.Add(name, index = _names.Count);
            _names.Add(name);
        }
        return index;
    }
}
