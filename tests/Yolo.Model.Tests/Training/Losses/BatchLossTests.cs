using TorchSharp;
using Xunit;
using Yolo.Model.Anchors;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Losses;
using static TorchSharp.torch;

namespace Yolo.Model.Tests.Training.Losses;

public sealed class BatchLossTests
{
    private const int Size = 160, Grid = 10, Classes = 3, Images = 8;

    private static readonly RegionLayer s_region = new(new AnchorSet(new BoxShape(1, 1), new BoxShape(2, 3), new BoxShape(4, 2)), Classes);

    private static readonly NetworkDefinition s_network = new(
        new(3, Size, Size), [new ConvolutionalLayer(3 * (5 + Classes), 16, 16, 0, false, Activation.Linear), s_region]);

    public BatchLossTests() => TorchRuntime.EnsureLoaded();

    // Images with 0 to 40 objects: the parts have very different numbers of them.
    [Theory]
    [InlineData(LossKind.CIoU, 2)]
    [InlineData(LossKind.CIoU, 4)]
    [InlineData(LossKind.Notebook, 2)]
    [InlineData(LossKind.Notebook, 4)]
    [InlineData(LossKind.Darknet, 2)]
    [InlineData(LossKind.Darknet, 4)]
    public void Backward_InParts_GivesTheGradientsAndTermsOfTheWhole(LossKind kind, int parts)
    {
        using var scope = NewDisposeScope();
        var (terms, gradient) = Backward(kind, 1, variant: default);

        var (actualTerms, actualGradient) = Backward(kind, parts, variant: default);

        Assert.True(gradient.abs().max().item<double>() > 1e-3);
        Assert.InRange((gradient - actualGradient).abs().max().item<double>() / gradient.abs().max().item<double>(), 0, 1e-9);
        Assert.InRange((terms - actualTerms).abs().max().item<double>() / terms.abs().max().item<double>(), 0, 1e-9);
    }

    // The other account of the notebook's loss weighs all matched predictions.
    [Fact]
    public void Backward_NotebooksFormulaInParts_GivesTheGradientsOfTheWhole()
    {
        using var scope = NewDisposeScope();
        var (_, gradient) = Backward(LossKind.Notebook, 1, NotebookLossVariant.Formula);
        var (_, actual) = Backward(LossKind.Notebook, 4, NotebookLossVariant.Formula);

        Assert.InRange((gradient - actual).abs().max().item<double>() / gradient.abs().max().item<double>(), 0, 1e-9);
    }

    // Two images with 1 and 9 objects: each object weighs a tenth of the box term, in one part and in two.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Backward_OneAndNineObjects_WeighEachObjectAlike(int parts)
    {
        using var scope = NewDisposeScope();
        var encoder = new TargetEncoder(s_network.RegionLayout, s_region.Anchors);
        GroundTruth Object(int i) => new(BoundingBox.FromCenter(8 + 16 * (i % 9), 8 + 16 * (i / 9), 12, 12), 0);
        EncodedTargets[] targets = [encoder.Encode([Object(0)], Size, Size), encoder.Encode([.. Enumerable.Range(0, 9).Select(Object)], Size, Size)];
        var map = zeros(2, 3 * (5 + Classes), Grid, Grid, dtype: ScalarType.Float64).requires_grad_();
        var loss = RegionLoss.Create(LossKind.CIoU, s_network);
        using var transfers = new DeviceTransfers(CPU);
        using var batch = new BatchLoss(loss, transfers);

        batch.Backward([.. targets.Chunk(2 / parts).Select(part => loss.Pack(part))], i => map.narrow(0, i * 2 / parts, 2 / parts), i => map.narrow(0, i * 2 / parts, 2 / parts), 0);

        // Classes: softmax of equal logits minus one-hot, 1/3 - 1, divided by ten objects.
        Assert.Equal((1.0 / 3 - 1) / 10, map.grad![0, 5, 0, 0].item<double>(), 1e-12);
        Assert.Equal((1.0 / 3 - 1) / 10, map.grad![1, 5, 0, 0].item<double>(), 1e-12);
    }

    private static (Tensor Terms, Tensor Gradient) Backward(LossKind kind, int parts, NotebookLossVariant variant)
    {
        var random = new Random(5);
        var encoder = new TargetEncoder(s_network.RegionLayout, s_region.Anchors);
        int[] counts = [0, 40, 1, 9, 0, 17, 3, 25];
        EncodedTargets[] targets = [.. counts.Select(count => encoder.EncodeTaught([.. Enumerable.Range(0, count).Select(i => Object(random, i))], Size, Size))];
        torch.random.manual_seed(3);
        var map = randn(Images, 3 * (5 + Classes), Grid, Grid, dtype: ScalarType.Float64).requires_grad_();
        var loss = RegionLoss.Create(new TrainingOptions { Loss = kind, NotebookVariant = variant }, s_network);
        using var transfers = new DeviceTransfers(CPU);
        using var batch = new BatchLoss(loss, transfers);

        var terms = batch.Backward(
            [.. targets.Chunk(Images / parts).Select(part => loss.Pack(part))], i => Part(map, i, parts), i => Part(map, i, parts), seen: 12_795);
        return (terms, map.grad!);
    }

    private static Tensor Part(Tensor map, int index, int parts) => map.narrow(0, index * Images / parts, Images / parts);

    // Every tenth one is difficult, every eleventh a crowd.
    private static GroundTruth Object(Random random, int index) => new(
        BoundingBox.FromCenter(random.NextSingle() * Size, random.NextSingle() * Size, 5 + random.NextSingle() * 60, 5 + random.NextSingle() * 60),
        random.Next(Classes), Difficult: index % 10 == 9, Crowd: index % 11 == 10);
}
