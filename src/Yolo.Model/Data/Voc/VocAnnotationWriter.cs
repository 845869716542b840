using System.Globalization;
using System.Text;
using System.Xml;
using Yolo.Model.Files;

namespace Yolo.Model.Data.Voc;

/// <summary>Writes annotation files of Pascal VOC, as labelling programs and <see cref="VocAnnotation.Read(string)"/> read them.</summary>
public static class VocAnnotationWriter
{
    private static readonly XmlWriterSettings s_settings = new() { Indent = true, IndentChars = "\t", OmitXmlDeclaration = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    /// <summary>Writes an annotation file, whole or not at all; its folder must exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="imageName">Name of the image file, without its folder.</param>
    /// <param name="width">Width of the image, pixels.</param>
    /// <param name="height">Height of the image, pixels.</param>
    /// <param name="objects">The objects, boxes in pixels of the image; written as corners, rounded to whole pixels as VOC's are.</param>
    /// <exception cref="ArgumentException">A name has a character that XML cannot hold.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string imageName, int width, int height, IEnumerable<LabelledObject> objects) =>
        Write(path, imageName, width, height, objects, flushToDisk: true);

    /// <summary>Writes an annotation file, one of thousands that can be made again: it need not be on the disk when the call returns.</summary>
    internal static void Write(string path, string imageName, int width, int height, IEnumerable<LabelledObject> objects, bool flushToDisk)
    {
        ArgumentException.ThrowIfNullOrEmpty(imageName);
        ArgumentNullException.ThrowIfNull(objects);
        AtomicFile.Write(path, stream =>
        {
            using var xml = XmlWriter.Create(stream, s_settings);
            xml.WriteStartElement("annotation");
            xml.WriteElementString("filename", imageName);
            xml.WriteStartElement("size");
            WriteNumber(xml, "width", width);
            WriteNumber(xml, "height", height);
            WriteNumber(xml, "depth", 3);
            xml.WriteEndElement();
            foreach (var item in objects)
                WriteObject(xml, item);
            xml.WriteEndElement();
        }, flushToDisk);
    }

    private static void WriteObject(XmlWriter xml, LabelledObject item)
    {
        xml.WriteStartElement("object");
        xml.WriteElementString("name", item.ClassName);
        WriteNumber(xml, "difficult", item.Difficult ? 1 : 0);
        xml.WriteStartElement("bndbox");
        float left = MathF.Round(item.Box.Left), top = MathF.Round(item.Box.Top);
        WriteNumber(xml, "xmin", left);
        WriteNumber(xml, "ymin", top);
        // A box that rounding would make empty keeps a pixel.
        WriteNumber(xml, "xmax", MathF.Max(left + 1, MathF.Round(item.Box.Right)));
        WriteNumber(xml, "ymax", MathF.Max(top + 1, MathF.Round(item.Box.Bottom)));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteNumber(XmlWriter xml, string name, float value) =>
        xml.WriteElementString(name, value.ToString("0", CultureInfo.InvariantCulture));
}
