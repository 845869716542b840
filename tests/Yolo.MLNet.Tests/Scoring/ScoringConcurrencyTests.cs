using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;
using Yolo.MLNet.Scoring;

namespace Yolo.MLNet.Tests.Scoring;

/// <summary>One loaded model used by many threads: a prediction engine per thread, or a cursor.</summary>
public sealed class ScoringConcurrencyTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly YoloV2DetectionTransformer _model;
    private readonly MLImage[] _images = [.. Enumerable.Range(0, 20).Select(i => TestImages.Noise(160 + 10 * i, 200 - 5 * i, seed: i))];
    private readonly IDataView _data;
    private readonly List<DetectionColumns> _expected;

    public ScoringConcurrencyTests()
    {
        _model = new(_ml, TestModels.Mini(), TestModels.LowThreshold, new());
        _data = _ml.Data.LoadFromEnumerable(_images.Select(image => new ImageRow(image)));
        _expected = Rows.Detections(_model.Transform(_data));
        Assert.Equal(_images.Length, _expected.Select(row => row.Scores.FirstOrDefault()).Where(score => score > 0).Distinct().Count());
    }

    [Fact]
    public void Predict_AnEnginePerThread_EqualsOneThreadToTheBit()
    {
        var actual = new DetectionOutput[ManyThreads.Count, _images.Length];

        ManyThreads.Run(thread =>
        {
            using var engine = CreateEngine();
            for (int i = 0; i < _images.Length; i++)
            {
                int image = (i + 5 * thread) % _images.Length;
                actual[thread, image] = engine.Predict(new() { Image = _images[image] });
            }
        });

        for (int thread = 0; thread < ManyThreads.Count; thread++)
        {
            for (int image = 0; image < _images.Length; image++)
                AssertEqual(_expected[image], actual[thread, image]);
        }
    }

    [Fact]
    public void Cursors_OfOneViewOnManyThreads_EqualOneThreadToTheBit()
    {
        var view = _model.Transform(_data);
        var actual = new List<DetectionColumns>[ManyThreads.Count];

        // Every second thread asks for the image, too, which is then scored row by row and not ahead.
        ManyThreads.Run(thread => actual[thread] = thread % 2 == 0 ? Rows.Detections(view) : ReadDetections(view));

        Assert.All(actual, rows => Assert.Equal(_expected, rows));
    }

    [Fact]
    public void CursorSet_ACursorPerThread_GivesEachRowOnceAndToTheBit()
    {
        var view = _model.Transform(_data);
        var cursors = view.GetRowCursorSet(view.Schema, ManyThreads.Count);
        var actual = new DetectionColumns?[_images.Length];
        int rows = 0;

        ManyThreads.Run(thread =>
        {
            if (thread >= cursors.Length)
                return;
            using var cursor = cursors[thread];
            while (cursor.MoveNext())
            {
                actual[cursor.Position] = Rows.Detections(cursor);
                Interlocked.Increment(ref rows);
            }
        });

        Assert.Equal(_images.Length, rows);
        Assert.Equal(_expected, actual);
    }

    [Fact]
    public void Dispose_WhileEnginesPredict_LetsEachCallFinishOrSaysDisposed()
    {
        using var begun = new CountdownEvent(ManyThreads.Count);

        ManyThreads.Run(
            thread =>
            {
                using var engine = CreateEngine();
                for (int i = 0; ; i++)
                {
                    int image = i % _images.Length;
                    try
                    {
                        AssertEqual(_expected[image], engine.Predict(new() { Image = _images[image] }));
                    }
                    catch (ObjectDisposedException)
                    {
                        return;
                    }
                    if (i == 0)
                        begun.Signal();
                }
            },
            meanwhile: () =>
            {
                Assert.True(begun.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
                _model.Dispose();
            });
    }

    // The bar is 16 KB beyond the results; they are within it here.
    [Fact]
    public void Predict_Warm_AllocatesAtMost16KiloBytes()
    {
        using var engine = CreateEngine();
        var input = new ImageInput { Image = _images[0] };
        var output = new DetectionOutput();
        for (int i = 0; i < 50; i++)
            engine.Predict(input, ref output);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            engine.Predict(input, ref output);
        long perCall = (GC.GetAllocatedBytesForCurrentThread() - before) / 10;

        Assert.NotEmpty(output.Scores);
        Assert.True(perCall <= 16 * 1024, $"{perCall} bytes were allocated per call.");
    }

    public void Dispose()
    {
        _model.Dispose();
        foreach (var image in _images)
            image.Dispose();
    }

    private PredictionEngine<ImageInput, DetectionOutput> CreateEngine() =>
        _ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(_model, new PredictionEngineOptions { OwnsTransformer = false });

    private static List<DetectionColumns> ReadDetections(IDataView view)
    {
        var rows = new List<DetectionColumns>();
        using var cursor = view.GetRowCursor(view.Schema.Where(column => column.Name is "PredictedLabel" or "PredictedLabelText" or "Score" or "PredictedBoundingBoxes"));
        while (cursor.MoveNext())
            rows.Add(Rows.Detections(cursor));
        return rows;
    }

    private static void AssertEqual(DetectionColumns expected, DetectionOutput actual)
    {
        Assert.Equal(expected.Texts, actual.Labels);
        Assert.Equal(expected.Scores, actual.Scores);
        Assert.Equal(expected.Boxes, actual.BoundingBoxes);
    }
}
