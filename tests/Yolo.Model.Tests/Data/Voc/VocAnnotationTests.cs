using Xunit;
using Yolo.Model.Data.Voc;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Data.Voc;

public sealed class VocAnnotationTests
{
    // The image of the notebook: 486 x 500, a person at (174, 101, 349, 351). The head's box, a part, is no object of its own.
    [Fact]
    public void Read_AnnotationOfVoc2012_GivesItsObjects()
    {
        var annotation = Read("""
            <annotation>
              <folder>VOC2012</folder><filename>2007_000027.jpg</filename>
              <size><width>486</width><height>500</height><depth>3</depth></size>
              <object>
                <name> person </name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>
                <bndbox><xmax>349</xmax><xmin>174</xmin><ymin>101</ymin><ymax>351</ymax></bndbox>
                <part><name>head</name><bndbox><xmin>169</xmin><ymin>104</ymin><xmax>209</xmax><ymax>146</ymax></bndbox></part>
              </object>
              <object>
                <name>dog</name><difficult>1</difficult>
                <bndbox><xmin>1.5</xmin><ymin>2e1</ymin><xmax>30.25</xmax><ymax>40</ymax></bndbox>
              </object>
            </annotation>
            """);

        Assert.Equal("2007_000027.jpg", annotation.FileName);
        Assert.Equal((486, 500), (annotation.Width, annotation.Height));
        Assert.Equal(
            [new("person", new BoundingBox(174, 101, 349, 351), false), new("dog", new BoundingBox(1.5f, 20, 30.25f, 40), true)],
            annotation.Objects);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<size/>")]
    [InlineData("<size><width>0</width><height>0</height></size>")]
    [InlineData("<size><width>wide</width></size>")]
    public void Read_SizeThatSaysNothing_IsNotGiven(string size)
    {
        var annotation = Read($"<annotation>{size}</annotation>");

        Assert.Equal((null, null), (annotation.Width, annotation.Height));
        Assert.Null(annotation.FileName);
        Assert.Empty(annotation.Objects);
    }

    [Theory]
    [InlineData("<!DOCTYPE annotation SYSTEM 'file:///etc/passwd'>\n<annotation/>", "DTD")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n<annotation><filename>&x;</filename></annotation>", "DTD")]
    [InlineData("<annotation><filename>&x;</filename></annotation>", "entity")]
    [InlineData("<annotation>", "annotation")]
    [InlineData("<labels/>", "expected the root element <annotation>, found <labels>")]
    [InlineData("<annotation><object><bndbox/></object></annotation>", "<name>, found none")]
    [InlineData("<annotation><object><name>cat</name></object></annotation>", "<bndbox> of object 'cat', found none")]
    [InlineData("<annotation><object><name>cat</name><bndbox><xmin>1</xmin></bndbox></object></annotation>", "<ymin> in <bndbox>, found none")]
    [InlineData("<annotation><object><name>cat</name><bndbox><xmin>1,5</xmin></bndbox></object></annotation>", "a number in <xmin>, found '1,5'")]
    [InlineData("<annotation><object><name>cat</name><bndbox><xmin>NaN</xmin></bndbox></object></annotation>", "a number in <xmin>, found 'NaN'")]
    public void Read_Malformed_IsRefusedWithNameAndReason(string text, string reason)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Read(text));

        Assert.StartsWith("a.xml(", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    // Found by fuzzing: XmlReader loses count of its buffer and throws ArgumentOutOfRangeException.
    [Fact]
    public void Read_DeclarationOfBytesThatAreNoText_IsRefused()
    {
        byte[] bytes = [.. "<?xml version=\"1.0"u8, .. Enumerable.Repeat((byte)0xBF, 46), .. "\"?>\n<annotation></annotation>"u8];

        var exception = Assert.Throws<InvalidDataException>(() => VocAnnotation.Read(new MemoryStream(bytes), "a.xml"));

        Assert.StartsWith("a.xml(1): ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MalformedObject_GivesItsLine()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Read("<annotation>\n<object>\n<name>cat</name>\n<bndbox>\n<xmin>one\u200B1</xmin></bndbox></object></annotation>"));

        Assert.StartsWith("a.xml(4): expected a number in <xmin>, found 'one(U+200B)1'", exception.Message, StringComparison.Ordinal);
    }

    // labelImg's forks and older tools; what is neither yes nor no is no.
    [Theory]
    [InlineData("1", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("false", false)]
    [InlineData("Unspecified", false)]
    public void Read_DifficultAsProgramsWriteIt_IsUnderstood(string text, bool expected) =>
        Assert.Equal(expected, Assert.Single(Read("<annotation>" + VocFolder.Object("cat", 1, 1, 2, 2, $"<difficult>{text}</difficult>") + "</annotation>").Objects).Difficult);

    [Fact]
    public void Read_DefaultNamespace_DoesNotHideTheObjects() =>
        Assert.Equal("cat", Assert.Single(Read("<annotation xmlns=\"http://example.com/voc\">" + VocFolder.Object("cat", 1, 1, 2, 2) + "</annotation>").Objects).ClassName);

    // A byte order mark in front of a number, as spreadsheets leave it.
    [Fact]
    public void Read_InvisibleCharactersAtTheEnds_AreDropped()
    {
        var item = Assert.Single(Read("<annotation><object><name>\uFEFFcat\u200B</name><bndbox><xmin>\uFEFF3</xmin><ymin>1</ymin><xmax>9\u00A0</xmax><ymax>5</ymax></bndbox></object></annotation>").Objects);

        Assert.Equal(new("cat", new BoundingBox(3, 1, 9, 5)), item);
    }

    // GB 2312: 0xC3A8 is U+732B, the cat. windows-1252: 0xFC is u with two dots.
    [Theory]
    [InlineData("gb2312", new byte[] { 0xC3, 0xA8 }, "\u732B")]
    [InlineData("GBK", new byte[] { 0xC3, 0xA8 }, "\u732B")]
    [InlineData("windows-1252", new byte[] { 0xFC }, "\u00FC")]
    [InlineData("ISO-8859-1", new byte[] { 0xFC }, "\u00FC")]
    public void Read_DeclaredEncoding_IsHonoured(string encoding, byte[] name, string expected)
    {
        string[] halves = ("<?xml version=\"1.0\" encoding=\"" + encoding + "\"?><annotation>" + VocFolder.Object("|", 1, 1, 2, 2) + "</annotation>").Split('|');
        byte[] bytes = [.. System.Text.Encoding.ASCII.GetBytes(halves[0]), .. name, .. System.Text.Encoding.ASCII.GetBytes(halves[1])];

        Assert.Equal(expected, Assert.Single(VocAnnotation.Read(new MemoryStream(bytes), "a.xml").Objects).ClassName);
    }

    [Fact]
    public void Read_BytesThatAreNoUtf8_SaysWhatToDo()
    {
        byte[] bytes = [.. "<annotation>\n<filename>"u8, 0xFC, .. "ber.jpg</filename></annotation>"u8];

        var exception = Assert.Throws<InvalidDataException>(() => VocAnnotation.Read(new MemoryStream(bytes), "a.xml"));

        Assert.StartsWith("a.xml(2): ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Save the file as UTF-8", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DeepFile_IsRefused()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Read("<annotation>\n<filename>" + string.Concat(Enumerable.Repeat("<a>", 200_000))));

        Assert.Equal("a.xml(2): expected elements at most 64 deep, found deeper ones.", exception.Message);
    }

    [Fact]
    public void Read_LongFile_IsRefused()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Read("<annotation>" + new string(' ', (int)VocAnnotation.MaximumBytes) + "</annotation>"));

        Assert.Equal("a.xml: expected at most 16,777,216 bytes, found more.", exception.Message);
    }

    [Fact]
    public void Read_TenThousandObjects_GivesThemAll()
    {
        var annotation = Read("<annotation>" + string.Concat(Enumerable.Range(0, 10_000).Select(i => VocFolder.Object("cat", i, 1, i + 2, 3))) + "</annotation>");

        Assert.Equal(10_000, annotation.Objects.Count);
        Assert.Equal(new BoundingBox(9_999, 1, 10_001, 3), annotation.Objects[^1].Box);
    }

    private static VocAnnotation Read(string text) => VocAnnotation.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), "a.xml");
}
