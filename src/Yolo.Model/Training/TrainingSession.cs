using TorchSharp;
using Yolo.Model.Network;
using Yolo.Model.Torch;
using Yolo.Model.Training.Checkpoints;
using Yolo.Model.Training.Images;
using Yolo.Model.Training.Losses;
using Yolo.Model.Training.Optimization;
using Yolo.Model.Training.Validation;
using Yolo.Model.Weights;
using static TorchSharp.torch;

namespace Yolo.Model.Training;

/// <summary>Everything that one run needs, wired together: module, state, loop and those who take part. Owns what has to be disposed.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly YoloModule _module;
    private readonly DeviceTransfers _transfers;
    private readonly BatchLoss _loss;
    private readonly TrainingState _state;
    private readonly GradientExchange? _exchange;
    private readonly List<ITrainingParticipant> _participants;
    private readonly TrainingLoop _loop;

    /// <summary>Prepares a run, from its newest checkpoint if it has one.</summary>
    /// <exception cref="InsufficientMemoryException">A step cannot fit into the memory of the machine.</exception>
    /// <exception cref="InvalidOperationException">The checkpoints are of another run.</exception>
    /// <exception cref="IOException">A checkpoint or the folder of a file cannot be read or written.</exception>
    public TrainingSession(TrainingPlan plan, StartingWeights initial, TrainingData data, IProgress<TrainingProgress>? progress)
    {
        var (network, options) = (plan.Network, plan.Options);
        var memory = new TrainingMemory(plan);
        if (TrainingMemory.Of(plan.Device) is { } available)
            memory.Check(available);
        _module = new YoloModule(network, plan.ComputeType, options.BatchNormMomentum);
        long seen = initial.LoadInto(_module);
        _module.to(plan.Device);
        _module.train();
        _transfers = new DeviceTransfers(plan.Device);
        _loss = new BatchLoss(plan.Loss, _transfers, plan.Group.Processes);
        var loader = new BatchLoader(data.Images, plan.Schedule, options, plan.Loss, plan.BatchFormat, plan.DataWorkers, plan.Group.Shard);
        var pictures = options.PicturesFolder is { } folder && plan.Group.IsLeader ? new TrainingPictures(folder, network.Region.Classes, plan.ClassNames) : null;
        var validator = data.Validation is { } images ? new Validator(network, options, plan.Loss, _loss, _transfers, images, plan.Group, pictures) : null;
        _state = new TrainingState(_module, options, new(options.EpochsOrDefault, loader.StepsPerEpoch, plan.Loss.Names, options.MaxDuration), seen, validator is not null && options.Validation.KeepBest)
        {
            Skipped = data.Images.Skipped,
            SkippedInValidation = data.Validation?.Skipped,
        };
        if (plan.Group.Processes is { } processes)
            _exchange = new(_state.Optimizer.Buckets, processes, options.ExchangeInBFloat16);
        // Also of one process: the formula is the same, so that the number of processes changes no more than rounding.
        _module.BatchNormGroup = options.SynchronizedBatchNorm ? options.Distributed : null;
        _participants = Participants(plan, data, validator, progress);
        plan.Group.Share(_state);
        var step = new TrainingStep(new(options, loader.StepsPerEpoch), _loss, _transfers, memory, plan.Group, _exchange, pictures);
        _loop = new TrainingLoop(_state, step, loader, _participants, plan.Group);
    }

    /// <summary>What the run changes.</summary>
    public TrainingState State => _state;

    /// <summary>Copies to and from the device so far.</summary>
    public DeviceTransfers Transfers => _transfers;

    /// <summary>Runs to the end.</summary>
    public TrainingResult Run(CancellationToken cancellation)
    {
        _loop.Run(cancellation);
        Divergence.Check(_state);
        if (_state.Best is not null)
            _state.Best.CopyToModule();
        else
            _state.Average?.CopyToModule();
        var epochs = _state.History.Epochs;
        return new TrainingResult(TorchWeights.Save(_module, _state.Seen), epochs)
        {
            Epoch = _state.Best is null ? epochs[^1].Epoch : ValidationSchedule.Best(epochs)!.Epoch,
        };
    }

    public void Dispose()
    {
        foreach (var participant in _participants.OfType<IDisposable>())
            participant.Dispose();
        _exchange?.Dispose();
        _state.Dispose();
        _loss.Dispose();
        _transfers.Dispose();
        _module.Dispose();
    }

    // In the order in which they are told: what is measured is written, reported and saved.
    private List<ITrainingParticipant> Participants(TrainingPlan plan, TrainingData data, Validator? validator, IProgress<TrainingProgress>? progress)
    {
        var options = plan.Options;
        var participants = new List<ITrainingParticipant>();
        if (plan.Group.Processes is not null)
            participants.Add(new GroupParticipant(plan.Group));
        if (validator is not null)
            participants.Add(new ValidationSchedule(validator, options.Validation));
        if (plan.Group.IsLeader && options.MetricsFile is { } metrics)
            participants.Add(new MetricsFile(metrics, plan.ClassNames));
        if (plan.Group.IsLeader && options.TensorBoardFolder is { } board)
            participants.Add(new TensorBoardLog(board, plan.ClassNames));
        if (plan.Group.IsLeader && progress is not null)
            participants.Add(new ProgressReporter(progress));
        if (options.Checkpoints is null && plan.Group.Processes is null)
            return participants;
        var run = RunFingerprint.Of(plan.Network, plan.ClassNames, options, data.Images.Labels, data.Validation?.Labels ?? []);
        plan.Group.RequireSame(run);
        if (options.Checkpoints is { } checkpoints)
        {
            var checkpointer = new Checkpointer(checkpoints, run, plan.ComputeType, plan.Group, writesAside: plan.Device.type != DeviceType.CPU);
            checkpointer.Resume(_state);
            participants.Add(checkpointer);
        }
        return participants;
    }
}
