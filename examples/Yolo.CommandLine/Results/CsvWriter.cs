using System.Globalization;
using System.Text;
using Yolo.Model.Files;
using Yolo.Model.Inference;

namespace Yolo.CommandLine.Results;

/// <summary>One file of comma-separated values (RFC 4180), a line per detection: image, width, height, class, score, x0, y0, x1, y1.</summary>
internal sealed class CsvWriter : IResultWriter
{
    private readonly string _path;
    private readonly IReadOnlyList<string> _classNames;
    private readonly StringBuilder _text = new("image,width,height,class,score,x0,y0,x1,y1\n");

    public CsvWriter(string path, IReadOnlyList<string> classNames) => (_path, _classNames) = (path, classNames);

    public void Add(FileDetections image)
    {
        foreach (var item in image.Detections)
        {
            _text.Append(CultureInfo.InvariantCulture,
                $"{Quote(image.Path)},{image.Width},{image.Height},{Quote(_classNames[item.ClassIndex])},{item.Score:0.####},"
                + $"{item.Box.Left:0.##},{item.Box.Top:0.##},{item.Box.Right:0.##},{item.Box.Bottom:0.##}\n");
        }
    }

    public void Complete() => AtomicFile.Write(_path, stream => stream.Write(Encoding.UTF8.GetBytes(_text.ToString())));

    private static string Quote(string value) =>
        value.AsSpan().ContainsAny(",\"\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
