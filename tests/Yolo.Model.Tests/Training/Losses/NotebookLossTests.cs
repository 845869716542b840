using TorchSharp;
using Xunit;
using Yolo.Model.Encoding;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Losses;

namespace Yolo.Model.Tests.Training.Losses;

public sealed class NotebookLossTests
{
    public NotebookLossTests() => TorchRuntime.EnsureLoaded();

    // Golden/loss/loss.json: NumPy in float64, gradients checked against central differences.
    [Theory]
    [InlineData(NotebookLossVariant.Code, "notebook_code")]
    [InlineData(NotebookLossVariant.KerasYolo2, "keras_yolo2")]
    [InlineData(NotebookLossVariant.Formula, "formula")]
    public void Compute_GoldenBatch_GivesItsTermsAndGradient(NotebookLossVariant variant, string name)
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Notebook();
        var expected = LossGolden.Read("loss.json").GetProperty("variants").GetProperty(name);
        var gradient = golden.ReadMap($"{name}.grad_full.f32.bin", cellsFirst: true);

        var actual = golden.Run(new NotebookLoss(golden.Region, variant));

        string[] terms = ["xy", "wh", "conf", "cls"];
        for (int i = 0; i < terms.Length; i++)
            Assert.Equal(expected.GetProperty(terms[i]).GetDouble(), actual.Terms[i], 1e-9 * Math.Abs(actual.Terms[i]) + 1e-6);
        Assert.Equal(expected.GetProperty("total").GetDouble(), actual.Total, 1e-6);
        Assert.InRange((actual.Gradient - gradient).abs().max().item<double>(), 0, 1e-5);
    }

    [Fact]
    public void Compute_TwoClassesInOneCellAndAnchor_TeachesTheLowerClass()
    {
        using var scope = torch.NewDisposeScope();
        var golden = LossGolden.Notebook();
        var encoder = new TargetEncoder(golden.Targets[0].Layout, golden.Region.Anchors);
        // Golden/loss/encoding.json, "collision": class bits 1 and 3 stand in one (cell, anchor); tf.argmax finds 1.
        var both = encoder.Encode([new(new(102, 101, 166, 182), 3), new(new(100, 100, 164, 180), 1), new(new(102, 101, 166, 182), 3)], 416, 416);
        var one = encoder.Encode([new(new(102, 101, 166, 182), 1)], 416, 416);
        var loss = new NotebookLoss(golden.Region);

        double actual = loss.Compute(golden.Map, [both, one], 0).Values[3].item<double>();
        double expected = loss.Compute(golden.Map, [one, one], 0).Values[3].item<double>();

        Assert.Equal(expected, actual, 1e-12);
    }
}
