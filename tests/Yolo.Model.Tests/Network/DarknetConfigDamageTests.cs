using Xunit;
using Yolo.Model.Network;

namespace Yolo.Model.Tests.Network;

public sealed class DarknetConfigDamageTests
{
    private static readonly string[] Splinters =
    [
        "-1", "0", "2147483647", "-2147483648", "99999", "1e30", "nan", "", "[", "]", "=", "#", "\n", "\r", "[route]\n", "[region]\n", "[net]\n", "layers=-1\n", "anchors=,\n", "1,2,3",
    ];

    // What a damaged text throws, other than the two documented exceptions, is a fault: an overflow, a missing key, an index.
    [Theory]
    [InlineData("yolov2-tiny")]
    [InlineData("notebook")]
    public void Parse_DamagedText_IsReadOrRefusedAndNothingElse(string name)
    {
        string text = DarknetConfig.Write(YoloV2Network.Get(name));
        var random = new Random(20170612);
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            string damaged = text;
            for (int wounds = random.Next(1, 4); wounds > 0; wounds--)
            {
                int start = random.Next(damaged.Length), end = Math.Min(start + random.Next(6), damaged.Length);
                damaged = damaged[..start] + Splinters[random.Next(Splinters.Length)] + damaged[end..];
            }
            try
            {
                var network = DarknetConfig.Parse(damaged);
                Assert.Equal(network, DarknetConfig.Parse(DarknetConfig.Write(network)));
            }
            catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
            {
                Assert.Matches(@"^cfg\(\d+\): ", exception.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 1499);
    }
}
