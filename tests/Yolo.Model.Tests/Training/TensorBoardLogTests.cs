using System.Buffers.Binary;
using System.Numerics;
using Xunit;
using Yolo.Model.Torch;
using Yolo.Model.Training;

namespace Yolo.Model.Tests.Training;

public sealed class TensorBoardLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TensorBoardLogTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Write_LastReportsOfTwoEpochs_LeavesTheirNumbersByTagAndStep()
    {
        var log = new TensorBoardLog(_folder.Combine("board"), ["red"]);

        log.Write(Report(epoch: 1, step: 4, loss: 9));
        log.Write(Report(epoch: 1, step: 5, loss: 2));
        log.Write(Report(epoch: 2, step: 5, loss: 1) with
        {
            Validation = new(3, 0.5) { MeanAveragePrecision = 0.25, ClassAveragePrecision50 = [0.5, double.NaN, 0.75] },
        });

        Assert.Equal(
            [
                ("train/loss", 5, 2), ("train/box", 5, 0.5f), ("train/learning_rate", 5, 0.125f),
                ("train/loss", 10, 1), ("train/box", 10, 0.5f), ("train/learning_rate", 10, 0.125f),
                ("validation/loss", 10, 3), ("validation/mAP50", 10, 0.5f), ("validation/AP", 10, 0.25f),
                ("AP50/red", 10, 0.5f), ("AP50/2", 10, 0.75f),
            ],
            Events().Where(item => item.Tag is not null).Select(item => (item.Tag!, item.Step, item.Value)));
        Assert.Equal("brain.Event:2", Events()[0].Version);
        double now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.All(Events().Skip(1), item => Assert.InRange(item.Seconds, now - 600, now + 1));
    }

    public void Dispose() => _folder.Dispose();

    private static TrainingProgress Report(int epoch, int step, double loss) =>
        new(
            epoch, Epochs: 2, step, StepsPerEpoch: 5, LearningRate: 0.125, loss,
            [KeyValuePair.Create("box", 0.5)], TimeSpan.Zero, TimeSpan.Zero);

    // TFRecord: length, its masked CRC-32C, the message, its masked CRC-32C (TensorFlow, core/lib/io/record_writer.h). Event: event.proto
    // and summary.proto.
    private List<(double Seconds, int Step, string? Version, string? Tag, float Value)> Events()
    {
        var events = new List<(double, int, string?, string?, float)>();
        ReadOnlySpan<byte> left = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder.Combine("board"), "events.out.tfevents.*")));
        while (!left.IsEmpty)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(left);
            Assert.Equal(Crc(left[..8]), BinaryPrimitives.ReadUInt32LittleEndian(left[8..]));
            var message = left.Slice(12, length);
            Assert.Equal(Crc(message), BinaryPrimitives.ReadUInt32LittleEndian(left[(12 + length)..]));
            left = left[(16 + length)..];

            var fields = Fields(message);
            string? version = fields.TryGetValue(3, out byte[]? text) ? System.Text.Encoding.UTF8.GetString(text) : null;
            var value = fields.TryGetValue(5, out byte[]? summary) ? Fields(Fields(summary)[1]) : [];
            events.Add((
                BitConverter.ToDouble(fields[1]), fields.TryGetValue(2, out byte[]? step) ? (int)BitConverter.ToInt64(step) : 0, version,
                value.TryGetValue(1, out byte[]? tag) ? System.Text.Encoding.UTF8.GetString(tag) : null,
                value.TryGetValue(2, out byte[]? number) ? BitConverter.ToSingle(number) : 0));
        }
        return events;
    }

    // Fields of a protobuf message by number: bytes as they are, variable-length integers as eight bytes.
    private static Dictionary<int, byte[]> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new Dictionary<int, byte[]>();
        while (!message.IsEmpty)
        {
            ulong key = Varint(ref message);
            int length = (key & 7) switch { 0 => 0, 1 => 8, 2 => (int)Varint(ref message), 5 => 4, _ => throw new InvalidDataException() };
            fields[(int)(key >> 3)] = (key & 7) == 0 ? BitConverter.GetBytes(Varint(ref message)) : message[..length].ToArray();
            message = message[length..];
        }
        return fields;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte item in bytes)
            crc = BitOperations.Crc32C(crc, item);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xa282ead8;
    }
}
