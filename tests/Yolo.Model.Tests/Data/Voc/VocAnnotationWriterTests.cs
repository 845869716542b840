using Xunit;
using Yolo.Model.Data.Voc;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Data.Voc;

public sealed class VocAnnotationWriterTests
{
    [Fact]
    public void Write_Objects_AreReadBackWithWholePixels()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("a.xml");

        VocAnnotationWriter.Write(path, "a <&> b.jpg", 40, 30, [new("cat & dog", new(1.4f, 2.6f, 10.5f, 20.2f), true), new("ant", new(3.1f, 3.1f, 3.3f, 9), false)]);

        var annotation = VocAnnotation.Read(path);
        Assert.Equal(("a <&> b.jpg", 40, 30), (annotation.FileName, annotation.Width, annotation.Height));
        Assert.Equal([new("cat & dog", new BoundingBox(1, 3, 10, 20), true), new("ant", new BoundingBox(3, 3, 4, 9), false)], annotation.Objects);
    }
}
