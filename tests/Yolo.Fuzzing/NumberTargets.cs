using System.Buffers.Binary;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;

namespace Yolo.Fuzzing;

/// <summary>Numbers instead of files: decoding, suppression and encoding are given whatever bytes can stand for, NaN, infinities and denormal numbers included, and what must hold is checked.</summary>
internal static class NumberTargets
{
    private const int InputWidth = 96, InputHeight = 64;

    private static readonly AnchorSet s_anchors = new(new BoxShape(0.5f, 2), new BoxShape(1.5f, 0.25f));
    private static readonly NetworkDefinition s_softmax = Network(softmax: true), s_sigmoids = Network(softmax: false);

    /// <summary>Decodes a map: byte by byte flags (softmax, class-agnostic, 32-bit floats), score threshold, IoU threshold, most detections; then the map.</summary>
    public static void Decode(byte[] bytes)
    {
        var input = new NumberReader(bytes);
        int flags = input.Byte();
        var network = (flags & 1) != 0 ? s_softmax : s_sigmoids;
        DetectionOptions options = new()
        {
            ClassAgnostic = (flags & 2) != 0,
            ScoreThreshold = (input.Byte() + 1) / 257f,
            IoUThreshold = input.Byte() / 255f,
            MaxDetections = 1 + input.Byte(),
        };
        float[] map = new float[network.RegionLayout.Size];
        for (int i = 0; i < map.Length; i++)
            map[i] = input.Number((flags & 4) != 0);

        var decoder = new RegionDecoder(network, options);
        List<Detection> decoded = [], detected = [];
        decoder.Decode(map, decoded);
        decoder.Detect(map, detected);
        foreach (var (box, classIndex, score) in decoded)
        {
            Require(score > options.ScoreThreshold && score <= 1.000001f, $"a score is {score}");
            Require(classIndex >= 0 && classIndex < network.Region.Classes, $"a class is {classIndex}");
            Require(float.IsFinite(box.Left + box.Top + box.Right + box.Bottom) && box is { Width: >= 0, Height: >= 0 }, $"a box is {box}");
        }
        if (!options.ClassAgnostic)
        {
            NonMaxSuppression.Apply(decoded, options.IoUThreshold, classAgnostic: false, options.MaxDetections);
            Require(detected.SequenceEqual(decoded), "Detect is not Decode and Apply");
        }
        Require(detected.Count <= options.MaxDetections, $"{detected.Count} detections are more than {options.MaxDetections}");
    }

    /// <summary>Suppresses detections: IoU threshold, flags (class-agnostic, 32-bit floats), most detections; then for each class, score, corners. Compared with the rule as it is told.</summary>
    public static void Suppress(byte[] bytes)
    {
        var input = new NumberReader(bytes);
        float threshold = input.Byte() / 255f;
        int flags = input.Byte(), most = 1 + input.Byte() % 32;
        bool agnostic = (flags & 1) != 0, full = (flags & 2) != 0;
        var detections = new List<Detection>();
        while (!input.AtEnd && detections.Count < 40)
            detections.Add(new(ClassIndex: input.Byte() % 4, Score: input.Number(full), Box: new(input.Number(full), input.Number(full), input.Number(full), input.Number(full))));

        var expected = new List<Detection>();
        // OrderBy is stable, and NaN is never a detection.
        foreach (var next in detections.Where(detection => detection.Score > float.NegativeInfinity).OrderByDescending(detection => detection.Score))
        {
            if (expected.Count < most && !expected.Exists(kept => (agnostic || kept.ClassIndex == next.ClassIndex) && kept.Box.IoU(next.Box) > threshold))
                expected.Add(next);
        }
        NonMaxSuppression.Apply(detections, threshold, agnostic, most);
        Require(detections.SequenceEqual(expected), $"{detections.Count} detections are kept, where the rule keeps {expected.Count}, or others");
    }

    /// <summary>Encodes objects: flags (32-bit floats); then for each class and corners.</summary>
    public static void Encode(byte[] bytes)
    {
        var input = new NumberReader(bytes);
        bool full = (input.Byte() & 1) != 0;
        var objects = new List<GroundTruth>();
        while (!input.AtEnd && objects.Count < 40)
            objects.Add(new(ClassIndex: input.Byte() % 3, Box: new(input.Number(full), input.Number(full), input.Number(full), input.Number(full))));

        var layout = s_softmax.RegionLayout;
        var targets = new TargetEncoder(layout, s_anchors).Encode(objects, InputWidth, InputHeight);
        Require(targets.Objects.Count + targets.Dropped == objects.Count && targets.Targets.Count <= targets.Objects.Count, "objects are lost or come from nowhere");
        foreach (var target in targets.Objects)
        {
            Require(target.Row >= 0 && target.Row < layout.Height && target.Column >= 0 && target.Column < layout.Width && target.Anchor >= 0 && target.Anchor < layout.Anchors, $"a cell is {target}");
            Require(target.Box is { Width: > 0 and < float.PositiveInfinity, Height: > 0 and < float.PositiveInfinity, X: >= 0 and < 3, Y: >= 0 and < 2 }, $"a box is {target.Box}");
        }
        float[] dense = new float[targets.DenseSize];
        targets.WriteDense(dense);
        Require(!Array.Exists(dense, float.IsNaN), "dense targets hold NaN");
        targets.WriteTrueBoxes(new float[4 * 5]);
    }

    private static NetworkDefinition Network(bool softmax) => new(
        new FeatureShape(3, InputHeight, InputWidth),
        [new ConvolutionalLayer(16, 32, 32, 0, BatchNormalize: false, Activation.Linear), new RegionLayer(s_anchors, 3) { Softmax = softmax }]);

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new InvalidOperationException($"The target found that {otherwise}.");
    }

    /// <summary>Numbers one after the other; zeros when the bytes are used up.</summary>
    private ref struct NumberReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly bool AtEnd => _rest.IsEmpty;

        public int Byte()
        {
            if (_rest.IsEmpty)
                return 0;
            int value = _rest[0];
            _rest = _rest[1..];
            return value;
        }

        /// <summary>A float of 32 bits, or of 16, which reaches the usual ones sooner.</summary>
        public float Number(bool full)
        {
            Span<byte> bits = stackalloc byte[4];
            bits.Clear();
            int length = Math.Min(_rest.Length, full ? 4 : 2);
            _rest[..length].CopyTo(bits);
            _rest = _rest[length..];
            return full ? BinaryPrimitives.ReadSingleLittleEndian(bits) : (float)BinaryPrimitives.ReadHalfLittleEndian(bits);
        }
    }
}
