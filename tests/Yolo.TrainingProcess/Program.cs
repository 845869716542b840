using System.Globalization;
using TorchSharp;
using Yolo;
using Yolo.Model.Torch;
using Yolo.Model.Training;
using Yolo.Model.Training.Images;
using Yolo.Model.Weights;

// Usage: Yolo.TrainingProcess group name=value ... (GroupTraining)
//        Yolo.TrainingProcess checkpoint-folder final.weights [threads, 1]
// Trains, prints the number of each step done, then leaves its checkpoint; writes the weights at the end.
TorchRuntime.EnsureLoaded();
if (args is ["group", .. var settings])
    return GroupTraining.Run(settings);
torch.set_num_threads(args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1);
// Wide enough for a checkpoint of a megabyte: writing one takes as long as a step.
var network = Squares.Network(batchNormalize: true, filters: 96);
var options = Squares.Plain with
{
    Epochs = 12,
    Augmentation = new(),
    AverageDecay = 0.9,
    LearningRatePolicy = new CosinePolicy(),
    Checkpoints = new(args[0]) { Interval = TimeSpan.FromTicks(1), Keep = 2, Resume = true },
};
var result = new DetectorTrainer(network, options).Train(Squares.Images(10), progress: new Lines());
DarknetWeightsFile.Write(args[1], network, result.Weights);
return 0;

internal sealed class Lines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        Console.Out.WriteLine($"{(value.Epoch - 1) * value.StepsPerEpoch + value.Step}");
        Console.Out.Flush();
    }
}
