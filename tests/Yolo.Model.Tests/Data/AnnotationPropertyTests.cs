using System.Text.Json;
using CsCheck;
using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Data.Coco;
using Yolo.Model.Data.Voc;
using Yolo.Model.Data.Yolo;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Data;

/// <summary>What is written of any objects is read back.</summary>
public sealed class AnnotationPropertyTests : IDisposable
{
    private const int Width = 640, Height = 480;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static readonly Gen<LabelledObject> s_objects = Gen.Select(Properties.Names, Properties.Boxes(Width, Height), Gen.Bool, (name, box, difficult) => new LabelledObject(name, box, difficult));

    private readonly TemporaryFolder _folder = new();

    // Each file is flushed to the disk.
    [Fact]
    public void ReadVoc_OfAnyObjectsWritten_GivesThemInWholePixels() =>
        Gen.Select(Properties.Names, s_objects.Array[0, 6]).Sample(
            (imageName, objects) =>
            {
                string path = _folder.Combine("a.xml");
                VocAnnotationWriter.Write(path, imageName, Width, Height, objects);
                var read = VocAnnotation.Read(path);

                Assert.Equal((imageName, Width, Height), (read.FileName, read.Width, read.Height));
                Assert.Equal(objects.Select(item => (item.ClassName, item.Difficult)), read.Objects.Select(item => (item.ClassName, item.Difficult)));
                Assert.All(objects.Zip(read.Objects), pair => AssertNear(pair.First.Box, pair.Second.Box, 1));
                Assert.All(read.Objects, item => Assert.True(item.Box is { Width: >= 1, Height: >= 1 }));
            },
            iter: 40, threads: 1);

    // Six decimals of the image's sides.
    [Fact]
    public void ReadYolo_OfAnyObjectsWritten_GivesThemToAThousandthOfAPixel() =>
        Gen.Select(Gen.Int[0, 2], Properties.Boxes(Width, Height)).Array[0, 6].Sample(
            objects =>
            {
                string path = _folder.Combine("a.txt");
                YoloLabels.Write(path, Width, Height, objects);
                var read = YoloLabels.Read(path, ["0", "1", "2"], keyPointValues: 0, new FlawLog());

                Assert.Equal(objects.Select(item => $"{item.Item1}"), read.Select(item => item.Item.ClassName));
                Assert.All(objects.Zip(read), pair => AssertNear(pair.First.Item2, pair.Second.Item.Box.Scale(Width, Height), 1e-3f));
            },
            iter: 40, threads: 1);

    // Written by System.Text.Json, which escapes what is not ASCII; indented or not.
    [Fact]
    public void ReadCoco_OfAnyObjectsWritten_GivesThemBack() =>
        Gen.Select(s_objects.Array[0, 6], Properties.Names, Gen.Long, Gen.Bool).Sample(
            (objects, imageName, imageId, indented) =>
            {
                string path = _folder.Combine("a.json");
                File.WriteAllText(path, JsonSerializer.Serialize(
                    new
                    {
                        images = new[] { new { id = imageId, file_name = imageName, width = Width, height = Height } },
                        categories = objects.Select((item, i) => new { id = i, name = item.ClassName }),
                        annotations = objects.Select((item, i) => new
                        {
                            id = i + 7,
                            image_id = imageId,
                            category_id = i,
                            iscrowd = item.Difficult ? 1 : 0,
                            bbox = (float[])[item.Box.Left, item.Box.Top, item.Box.Width, item.Box.Height],
                        }),
                    },
                    indented ? s_indented : JsonSerializerOptions.Default));

                var read = CocoFile.Read(path);

                Assert.Empty(read.Flaws);

                var image = Assert.Single(read.Images);
                Assert.Equal((imageId, imageName, (Width, Height)), (image.Id, image.FileName, image.Size!.Value));
                Assert.Equal(objects.Select(item => (item.ClassName, item.Difficult)), read.Annotations.Select(item => (read.Categories[item.CategoryId], item.IsCrowd)));
                Assert.All(objects.Zip(read.Annotations), pair => AssertNear(pair.First.Box, pair.Second.Box, 1e-3f));
            },
            iter: 100, threads: 1);

    public void Dispose() => _folder.Dispose();

    private static void AssertNear(BoundingBox expected, BoundingBox actual, float tolerance)
    {
        Assert.Equal(expected.Left, actual.Left, tolerance);
        Assert.Equal(expected.Top, actual.Top, tolerance);
        Assert.Equal(expected.Right, actual.Right, tolerance);
        Assert.Equal(expected.Bottom, actual.Bottom, tolerance);
    }
}
