using CsCheck;
using Microsoft.ML;
using Xunit;
using Yolo.MLNet.Scoring;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.MLNet.Tests.Seam;

public sealed class ModelPersistencePropertyTests
{
    private static readonly Gen<DetectionOptions> s_options = Gen.Select(
        Gen.Float[0.001f, 0.999f], Gen.Float[0, 1], Gen.Bool, Gen.Int[1, int.MaxValue], Gen.Int[0, 4],
        (score, iou, agnostic, most, threads) => new DetectionOptions { ScoreThreshold = score, IoUThreshold = iou, ClassAgnostic = agnostic, MaxDetections = most, IntraOpThreads = threads });

    private static readonly Gen<ObjectDetectionColumns> s_columns = Properties.Names.Array[5].Where(names => names.Distinct().Count() == 5).Select(
        names => new ObjectDetectionColumns { Image = names[0], PredictedLabel = names[1], PredictedLabelText = names[2], Score = names[3], PredictedBoundingBoxes = names[4] });

    [Fact]
    public void Load_OfAnyModelSaved_GivesIt() =>
        Gen.Select(Properties.Networks, Gen.Int, Properties.Names.Array[4], Gen.Bool, s_options, s_columns).Sample(
            (network, seed, names, letterbox, options, columns) =>
            {
                var ml = new MLContext(seed: 1);
                var model = new DetectorModel(
                    network, new(network, WeightInitializer.Create(network, seed).Convolutions) { Seen = seed & int.MaxValue }, [.. names.Take(network.Region.Classes)],
                    letterbox ? ResizeMode.Letterbox : ResizeMode.Stretch);
                using var file = new MemoryStream();
                using var saved = new YoloV2DetectionTransformer(ml, model, options, columns);
                ml.Model.Save(saved, inputSchema: null, file);
                file.Position = 0;

                using var loaded = Assert.IsType<YoloV2DetectionTransformer>(new MLContext().Model.Load(file, out _));

                Assert.Equal(options, loaded.Options);
                Assert.Equal(columns, loaded.Columns);
                Assert.Equal(network, loaded.Model.Network);
                Assert.Equal(model.ClassNames, loaded.Model.ClassNames);
                Assert.Equal((model.Resize, model.Weights.Seen), (loaded.Model.Resize, loaded.Model.Weights.Seen));
                Assert.Equal(model.Weights.Convolutions.Select(Floats), loaded.Model.Weights.Convolutions.Select(Floats));
            },
            iter: 30, threads: 1, print: sample => DarknetConfig.Write(sample.Item1));

    private static float[] Floats(ConvolutionWeights weights) => [.. weights.Biases, .. weights.Scales ?? [], .. weights.RollingMean ?? [], .. weights.RollingVariance ?? [], .. weights.Kernel];
}
