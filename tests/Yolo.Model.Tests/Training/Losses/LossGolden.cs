using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Training.Losses;

namespace Yolo.Model.Tests.Training.Losses;

/// <summary>A batch with known losses: NumPy's for the notebook (Golden/loss/loss.json), Darknet's own for its region layer (Golden/loss/region.json).</summary>
internal sealed class LossGolden
{
    private const int Size = 416, Grid = 13, Classes = 20;

    private LossGolden(JsonElement anchors, string layout, string mapFile, IEnumerable<List<GroundTruth>> images)
    {
        Region = new(AnchorSet.FromPairs([.. anchors.EnumerateArray().Select(value => value.GetSingle())]), Classes);
        var encoder = new TargetEncoder(new(Grid, Grid, Region.Anchors.Count, Classes), Region.Anchors);
        Targets = [.. images.Select(objects => encoder.Encode(objects, Size, Size))];
        Map = ReadMap(mapFile, layout == "NHWC").requires_grad_();
    }

    public RegionLayer Region { get; }

    public IReadOnlyList<EncodedTargets> Targets { get; }

    /// <summary>[2, A * (5 + C), 13, 13], float64.</summary>
    public torch.Tensor Map { get; }

    public static LossGolden Notebook()
    {
        var json = Read("loss.json");
        var images = json.GetProperty("objects").GetProperty("images").EnumerateArray().Select(image => image.EnumerateArray()
            .Select(item => new GroundTruth(new(item[0].GetSingle(), item[1].GetSingle(), item[2].GetSingle(), item[3].GetSingle()), item[4].GetInt32())).ToList());
        return new(json.GetProperty("anchors"), "NHWC", "pred.f32.bin", images);
    }

    public static LossGolden Darknet()
    {
        var json = Read("region.json");
        var images = json.GetProperty("truths").GetProperty("images").EnumerateArray().Select(image => image.EnumerateArray()
            .Select(item => new GroundTruth(
                BoundingBox.FromCenter(item[0].GetSingle(), item[1].GetSingle(), item[2].GetSingle(), item[3].GetSingle()).Scale(Size, Size), item[4].GetInt32())).ToList());
        return new(json.GetProperty("anchors"), "NCHW", "region_head.f32.bin", images);
    }

    public static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllText(TestPaths.Golden("loss/" + file))).RootElement;

    /// <summary>A map or gradient as [2, A * (5 + C), 13, 13], float64.</summary>
    public torch.Tensor ReadMap(string file, bool cellsFirst)
    {
        float[] values = [.. MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(TestPaths.Golden("loss/" + file)))];
        var flat = torch.tensor(values).to_type(torch.ScalarType.Float64);
        int planes = Region.Anchors.Count * (RegionLayout.BoxEntries + Classes);
        return cellsFirst
            ? flat.reshape(2, Grid, Grid, planes).permute(0, 3, 1, 2).contiguous()
            : flat.reshape(2, planes, Grid, Grid);
    }

    /// <summary>Terms and total of a loss, and its gradient with respect to the map.</summary>
    public (double[] Terms, double Total, torch.Tensor Gradient) Run(RegionLoss loss, long seen = 0)
    {
        var terms = loss.Compute(Map, Targets, seen);
        terms.Total.backward();
        return (terms.Values.data<double>().ToArray(), terms.Total.item<double>(), Map.grad!);
    }
}
