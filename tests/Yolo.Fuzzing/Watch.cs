using System.IO.MemoryMappedFiles;

namespace Yolo.Fuzzing;

/// <summary>Where a worker puts each input before it reads it, so that the input survives the worker.</summary>
internal sealed class Watch : IDisposable
{
    private const int Header = 16;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Opens or makes the file.</summary>
    public Watch(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Header + Mutator.MaximumLength);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Inputs so far.</summary>
    public long Count => _view.ReadInt64(0);

    /// <summary>The input that is read now.</summary>
    public byte[] Current
    {
        get
        {
            byte[] bytes = new byte[_view.ReadInt32(sizeof(long))];
            _view.ReadArray(Header, bytes, 0, bytes.Length);
            return bytes;
        }
    }

    /// <summary>Puts the next input there.</summary>
    public void Begin(byte[] bytes)
    {
        _view.WriteArray(Header, bytes, 0, bytes.Length);
        _view.Write(sizeof(long), bytes.Length);
        _view.Write(0, Count + 1);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
