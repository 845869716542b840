using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;
using Yolo.MLNet.Data;
using Yolo.MLNet.Scoring;
using Yolo.Model.Inference;

namespace Yolo.MLNet.Tests.Scoring;

public sealed class ReadAheadCursorTests : IDisposable
{
    private static readonly string[] DetectionNames = ["PredictedLabel", "PredictedLabelText", "Score", "PredictedBoundingBoxes"];

    private readonly MLContext _ml = new(seed: 1);
    private readonly RecordingBackend _backend = new(TestModels.Mini());
    private readonly List<IDisposable> _resources = [];

    public void Dispose() => _resources.ForEach(resource => resource.Dispose());

    // Asked for the image, too, the cursor scores row by row.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Transform_ImageNotAskedFor_GivesTheRowsThatItGivesWithTheImage(int threads)
    {
        using var folder = new TemporaryFolder();
        var data = _ml.Data.LoadFromVoc(WriteVoc(folder, count: 11));
        using var transformer = new YoloV2DetectionTransformer(_ml, TestModels.Mini(), TestModels.LowThreshold with { IntraOpThreads = threads }, new());
        var view = transformer.Transform(data);

        var expected = ReadAll(view, view.Schema);
        var actual = ReadAll(view, view.Schema.Where(column => column.Name != "Image"));

        Assert.Equal(11, expected.Count);
        Assert.Equal(11, expected.Select(row => row.Detections).Distinct().Count());
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Transform_Shuffled_KeepsRowsTogether()
    {
        using var folder = new TemporaryFolder();
        var view = Scored(_ml.Data.LoadFromVoc(WriteVoc(folder, count: 7)), workers: 2);

        var expected = ReadAll(view, view.Schema, new Random(5));
        var actual = ReadAll(view, view.Schema.Where(column => column.Name != "Image"), new Random(5));

        Assert.NotEqual(expected.Select(row => row.Path).Order(), expected.Select(row => row.Path));
        Assert.Equal(expected, actual);
    }

    // Each pass waits for another one to run beside it.
    [Fact]
    public void Evaluate_DataOfAModel_ScoresSeveralImagesAtOnce()
    {
        using var folder = new TemporaryFolder();
        using var barrier = new Barrier(2);
        _backend.Starting = () => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(60)));

        var metrics = _ml.ObjectDetection.Evaluate(Scored(_ml.Data.LoadFromVoc(WriteVoc(folder, count: 6)), workers: 2));

        Assert.Equal(6, metrics.ImageCount);
        Assert.Equal([1, 1, 1, 1, 1, 1], _backend.Batches);
    }

    // As code does that holds one picture at a time: an image is gone when the next row is asked for.
    [Fact]
    public void Transform_ImagesDisposedByTheSource_AreScoredBeforeThat()
    {
        var expected = Rows.Detections(Scored(Data(8), workers: 2));
        var view = Scored(_ml.Data.LoadFromEnumerable(Stream()), workers: 2);

        Assert.Equal(expected, DetectionsOf(view));

        static IEnumerable<Row> Stream()
        {
            for (int i = 0; i < 8; i++)
            {
                using var image = Noise(i);
                yield return new(() => image);
            }
        }
    }

    [Fact]
    public void Transform_ImageThatCannotBeRead_FailsAtItsRowAlone()
    {
        var expected = Rows.Detections(Scored(Data(6), workers: 2));
        var rows = Images(6);
        rows[2] = new(() => throw new InvalidDataException("no picture")) { Name = "bad" };
        var view = Scored(_ml.Data.LoadFromEnumerable(rows), workers: 2);

        using var cursor = view.GetRowCursor(Columns(view, "Name"));
        for (int i = 0; i < 6; i++)
        {
            Assert.True(cursor.MoveNext());
            if (i == 2)
                Assert.Equal("no picture", Assert.Throws<InvalidDataException>(() => Rows.Detections(cursor)).Message);
            else
                Assert.Equal(expected[i], Rows.Detections(cursor));
            Assert.Equal(rows[i].Name, Rows.Scalar<ReadOnlyMemory<char>>(cursor, "Name").ToString());
        }
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Transform_OtherColumnThatCannotBeRead_FailsWhereItIsRead()
    {
        var rows = Images(3);
        rows[1].Name = null;
        var view = Scored(_ml.Data.LoadFromEnumerable(rows), workers: 2);

        using var cursor = view.GetRowCursor(Columns(view, "Name"));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(cursor.MoveNext());
            Assert.NotEmpty(Rows.Detections(cursor).Scores);
            if (i == 1)
                Assert.Throws<InvalidDataException>(() => Rows.Scalar<ReadOnlyMemory<char>>(cursor, "Name"));
            else
                Assert.Equal($"row {i}", Rows.Scalar<ReadOnlyMemory<char>>(cursor, "Name").ToString());
        }
    }

    [Fact]
    public void Transform_SourceThatFailsOnItsWay_GivesTheRowsBefore()
    {
        var view = Scored(_ml.Data.LoadFromEnumerable(Images(3).Concat(Enumerable.Range(0, 1).Select<int, Row>(_ => throw new TimeoutException()))), workers: 2);

        using var cursor = view.GetRowCursor(Columns(view));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(cursor.MoveNext());
            Assert.NotEmpty(Rows.Detections(cursor).Scores);
        }
        Assert.Throws<TimeoutException>(() => cursor.MoveNext());
    }

    // A backend that wants four at once, and rows without an image between the others: nobody waits for a batch that is never filled.
    [Fact]
    public void Transform_MissingImagesAndBatches_GivesEveryRow()
    {
        var rows = Images(3);
        for (int i = 0; i < 9; i++)
            rows.Insert(1, new(() => null));
        var backend = new RecordingBackend(TestModels.Mini(), preferredBatch: 4);
        var view = Scored(_ml.Data.LoadFromEnumerable(rows), workers: 1, backend);

        var detections = DetectionsOf(view);

        Assert.Equal(rows.Select((_, i) => i is 0 or 10 or 11), detections.Select(row => row.Scores.Length > 0));
        Assert.Equal([1, 2], backend.Batches);
    }

    [Fact]
    public void MoveNext_DetectionsNotRead_ScoresNothingUntilTheyAre()
    {
        var rows = Images(8);
        var view = Scored(_ml.Data.LoadFromEnumerable(rows), workers: 1);

        using var cursor = view.GetRowCursor(Columns(view));
        for (int i = 0; i < 5; i++)
            Assert.True(cursor.MoveNext());
        Assert.All(rows, row => Assert.Equal(0, row.Reads));
        Rows.Detections(cursor);

        // With one worker, two rows are under way.
        Assert.Equal([0, 0, 0, 0, 1, 1, 0, 0], rows.Select(row => row.Reads));
        Assert.Equal(4, cursor.Position);
    }

    [Fact]
    public void Dispose_OnTheWay_LeavesNothingRunning()
    {
        var rows = Images(12);
        using (var detector = new Detector(TestModels.Mini(), _backend, TestModels.LowThreshold with { IntraOpThreads = 2 }))
        {
            var view = Scored(_ml.Data.LoadFromEnumerable(rows), detector);
            var cursor = view.GetRowCursor(Columns(view));
            Assert.True(cursor.MoveNext());
            Rows.Detections(cursor);

            cursor.Dispose();
            cursor.Dispose();

            Assert.Equal(0, _backend.Running);
            // Twice the workers.
            Assert.Equal(4, rows.Sum(row => row.Reads));
            Assert.InRange(_backend.Batches.Length, 1, 4);
        }
        Assert.Equal(1, _backend.Disposals);
    }

    // A cursor that came to its end holds on to nothing, disposed or not.
    [Fact]
    public void MoveNext_PastTheEnd_LetsGoOfTheNetwork()
    {
        var detector = new Detector(TestModels.Mini(), _backend, TestModels.LowThreshold);
        var view = Scored(Data(3), detector);
        var cursor = view.GetRowCursor(Columns(view));
        while (cursor.MoveNext())
            Rows.Detections(cursor);

        detector.Dispose();

        Assert.Equal(1, _backend.Disposals);
        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => Rows.Detections(cursor));
        cursor.Dispose();
    }

    [Fact]
    public void Transform_OneRow_GivesIt()
    {
        var expected = Rows.Detections(Scored(Data(2), workers: 2))[0];

        Assert.Equal(expected, Assert.Single(DetectionsOf(Scored(Data(1), workers: 2))));
    }

    [Fact]
    public void GetGetter_ColumnNotAskedFor_Throws()
    {
        var view = Scored(Data(1), workers: 1);

        using var cursor = view.GetRowCursor(Columns(view));

        Assert.Throws<ArgumentException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Name"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Image"]));
        Assert.True(cursor.IsColumnActive(view.Schema["Score"]));
    }

    private static IEnumerable<DataViewSchema.Column> Columns(IDataView view, params string[] others) => DetectionNames.Concat(others).Select(name => view.Schema[name]);

    private static List<DetectionColumns> DetectionsOf(IDataView view)
    {
        var rows = new List<DetectionColumns>();
        using var cursor = view.GetRowCursor(Columns(view));
        while (cursor.MoveNext())
            rows.Add(Rows.Detections(cursor));
        return rows;
    }

    private static List<VocRow> ReadAll(IDataView view, IEnumerable<DataViewSchema.Column> columns, Random? random = null)
    {
        var rows = new List<VocRow>();
        using var cursor = view.GetRowCursor(columns, random);
        var getId = cursor.GetIdGetter();
        while (cursor.MoveNext())
        {
            var detections = Rows.Detections(cursor);
            DataViewRowId id = default;
            getId(ref id);
            rows.Add(new(
                cursor.Position, id, Rows.Scalar<ReadOnlyMemory<char>>(cursor, "ImagePath").ToString(), string.Join(' ', Rows.Vector<ReadOnlyMemory<char>>(cursor, "Labels")),
                string.Join(' ', Rows.Vector<float>(cursor, "BoundingBoxes")), string.Join(' ', Rows.Vector<bool>(cursor, "Difficult")), detections));
        }
        return rows;
    }

    private static MLImage Noise(int seed) => TestImages.Noise(160 + 20 * seed, 96, seed);

    /// <summary>Images of different sizes with a different number of objects in each, the first without any.</summary>
    private static string WriteVoc(TemporaryFolder folder, int count)
    {
        var voc = new SyntheticVoc(folder.Path);
        for (int i = 0; i < count; i++)
            voc.Add($"image{i:D2}", 100 + 20 * i, 96, [.. Enumerable.Range(0, i).Select(k => (k % 2 == 0 ? "ant" : "bee", new Model.Geometry.BoundingBox(k, k, k + 30, k + 40), k % 3 == 0))]);
        return folder.Path;
    }

    private IDataView Scored(IDataView data, int workers, IInferenceBackend? backend = null)
    {
        var detector = new Detector(TestModels.Mini(), backend ?? _backend, TestModels.LowThreshold with { IntraOpThreads = workers });
        _resources.Add(detector);
        return Scored(data, detector);
    }

    /// <summary>What the transformer makes of data, with a detector of the test's own.</summary>
    private static RowMappedDataView Scored(IDataView data, Detector detector)
    {
        var mapper = new DetectionRowMapper(detector, new(), data.Schema);
        return new(data, mapper, mapper.ReadAhead);
    }

    private IDataView Data(int count) => _ml.Data.LoadFromEnumerable(Images(count));

    private List<Row> Images(int count)
    {
        var rows = new List<Row>();
        for (int i = 0; i < count; i++)
        {
            var image = Noise(i);
            _resources.Add(image);
            rows.Add(new(() => image) { Name = $"row {i}" });
        }
        return rows;
    }

    private sealed record VocRow(long Position, DataViewRowId Id, string Path, string Labels, string Boxes, string Difficult, DetectionColumns Detections);

    private sealed class Row(Func<MLImage?> open)
    {
        private int _reads;

        public string? Name
        {
            get => field ?? throw new InvalidDataException("no name");
            set;
        } = "";

        [ImageType(96, 160)]
        public MLImage? Image
        {
            get
            {
                _reads++;
                return open();
            }
            set => throw new NotSupportedException();
        }

        [NoColumn]
        public int Reads => _reads;
    }
}
