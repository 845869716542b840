using System.Globalization;
using System.Xml.Linq;
using Xunit;
using Yolo.Model.Evaluation;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Evaluation;

/// <summary>BCCD's test set, every tenth box a crowd and all areas halved, with detections made up from its boxes. All numbers are whole or
/// exact in float.</summary>
public sealed class BccdCrowdTests
{
    private static readonly string[] s_classNames = ["RBC", "WBC", "Platelets"];

    private uint _state = 1;
    private int _truths, _detections;

    // pycocotools 2.0 (cocoeval.py), detections and truths as rebuilt below: 945 truths, 95 of them crowds, 1,424 detections.
    [Fact]
    public void Compute_BccdWithCrowdsAndHalfAreas_EqualsPycocotools()
    {
        (string, double)[] expected =
        [
            ("AP", 0.24192813162398538), ("AP50", 0.4431945157007687), ("AP75", 0.23044332807900775),
            ("APs", 0.39581875378733755), ("APm", 0.1901070118376395), ("APl", 0.1337950943470966),
            ("AR1", 0.17887916396529902), ("AR10", 0.48606403013182675), ("AR100", 0.5404356148312801),
            ("ARs", 0.563265306122449), ("ARm", 0.5692455793686985), ("ARl", 0.504),
        ];

        var metrics = Evaluate(TestPaths.Shared("data/BCCD"));

        Assert.Equal((72, 945, 1424), (metrics.ImageCount, _truths, _detections));
        Assert.Equal(95, metrics.Classes.Sum(c => c.CrowdCount));
        foreach (var ((name, value), (ourName, ours)) in expected.Zip(CocoStats.Of(metrics)))
        {
            Assert.Equal(name, ourName);
            Assert.Equal(value, ours, 1e-9);
        }
        double[] classes = [0.35638883234096674, 0.15816448993472346, 0.21123107259626592];
        Assert.All(metrics.Classes.Zip(classes), pair => Assert.Equal(pair.Second, pair.First.AveragePrecisionCoco, 1e-9));
    }

    private DetectionMetrics Evaluate(string folder)
    {
        var evaluator = new DetectionEvaluator(s_classNames);
        foreach (string line in File.ReadLines(Path.Combine(folder, "ImageSets", "Main", "test.txt")))
        {
            var truths = new List<GroundTruth>();
            var detections = new List<Detection>();
            foreach (var item in XDocument.Load(Path.Combine(folder, "Annotations", line.Trim() + ".xml")).Descendants("object"))
            {
                var (left, top, right, bottom) = Corners(item.Element("bndbox")!);
                int width = right - left, height = bottom - top, classIndex = Array.IndexOf(s_classNames, item.Element("name")!.Value);
                bool crowd = _truths++ % 10 == 0;
                truths.Add(new(new(left, top, right, bottom), classIndex, Crowd: crowd, Area: width * height / 2f));
                if (crowd)
                    AddParts(detections, classIndex, left, top, width, height);
                else if (Next(10) > 0)
                    AddShifted(detections, classIndex, left, top, width, height);
            }
            AddFalse(detections);
            evaluator.Add(truths, detections);
        }
        return evaluator.Compute();
    }

    /// <summary>Three detections of half a crowd's width and height, some of them partly outside of it.</summary>
    private void AddParts(List<Detection> detections, int classIndex, int left, int top, int width, int height)
    {
        for (int i = 0; i < 3; i++)
        {
            int x = left + Next(1 + width), y = top + Next(1 + height);
            Add(detections, classIndex, x, y, x + width / 2, y + height / 2);
        }
    }

    /// <summary>One detection or two, each corner moved, a few of another class.</summary>
    private void AddShifted(List<Detection> detections, int classIndex, int left, int top, int width, int height)
    {
        int count = Next(4) == 0 ? 2 : 1;
        for (int i = 0; i < count; i++)
        {
            int detected = Next(20) == 0 ? (classIndex + 1) % s_classNames.Length : classIndex;
            int x0 = Shift(left, width), y0 = Shift(top, height), x1 = Shift(left + width, width), y1 = Shift(top + height, height);
            Add(detections, detected, x0, y0, x1, y1);
        }
    }

    private void AddFalse(List<Detection> detections)
    {
        int count = Next(6);
        for (int i = 0; i < count; i++)
        {
            int x = Next(500), y = Next(380), width = 10 + Next(130), height = 10 + Next(100);
            Add(detections, Next(s_classNames.Length), x, y, x + width, y + height);
        }
    }

    /// <summary>Scores are all different.</summary>
    private void Add(List<Detection> detections, int classIndex, int left, int top, int right, int bottom) =>
        detections.Add(new(new(left, top, right, bottom), classIndex, (Next(1024) * 4096 + _detections++) / 4194304f));

    private int Shift(int value, int size) => value + Next(1 + size / 4) - size / 8;

    private int Next(int count)
    {
        _state = unchecked(_state * 1664525 + 1013904223);
        return (int)((_state >> 8) % (uint)count);
    }

    private static (int Left, int Top, int Right, int Bottom) Corners(XElement box)
    {
        int Value(string name) => int.Parse(box.Element(name)!.Value, CultureInfo.InvariantCulture);
        return (Value("xmin"), Value("ymin"), Value("xmax"), Value("ymax"));
    }
}
