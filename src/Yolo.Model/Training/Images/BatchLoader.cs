using System.Diagnostics;
using Yolo.Model.Geometry;

namespace Yolo.Model.Training.Images;

/// <summary>Makes the batches of a run ahead of the step that needs them. Order, sizes and augmentation follow from the seed and the position alone, whatever
/// the threads do.</summary>
internal sealed class BatchLoader(ReadableImages images, InputSchedule schedule, TrainingOptions options)
{
    private const int OrderStream = 1, AugmentationStream = 2, MosaicStream = 3;

    private readonly Augmentation _augmentation = new(options.Augmentation, options.Filter);
    private readonly ImageTransform _transform = new(options);
    private readonly float _mosaic = options.Augmentation?.Mosaic ?? 0;
    private readonly long _epochsWithMosaics = options.Epochs - (options.Augmentation?.MosaicOffEpochs ?? 0);
    private readonly TrainingInput _largest = schedule.Largest;

    /// <summary>Optimizer steps in an epoch; the last one may have fewer images.</summary>
    public int StepsPerEpoch => (images.Labels.Count + options.BatchSize - 1) / options.BatchSize;

    /// <summary>How long steps waited for their data so far.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The steps of the run in order, each as the batches it is computed in. The caller disposes the batches. At most
    /// <see cref="TrainingOptions.DataWorkers"/> + 1 steps wait ready or are being made.</summary>
    /// <param name="firstStep">The step to begin with, from 0: the number of steps done before.</param>
    /// <param name="cancellation">Stops the waiting and the workers.</param>
    /// <exception cref="OperationCanceledException">The loading was cancelled.</exception>
    public IEnumerable<IReadOnlyList<TrainingBatch>> Load(long firstStep = 0, CancellationToken cancellation = default)
    {
        var workers = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, options.DataWorkers).ConcurrentScheduler;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pending = new Queue<Task<List<TrainingBatch>>>();
        int[] order = [];
        try
        {
            long steps = (long)options.Epochs * StepsPerEpoch;
            for (long step = firstStep; step < steps; step++)
            {
                if (step == firstStep || step % StepsPerEpoch == 0)
                {
                    int seed = SeedSequence.At(options.SeedOrDefault, OrderStream, step / StepsPerEpoch);
                    order = SeedSequence.Permutation(images.Labels.Count, seed);
                }
                int start = (int)(step % StepsPerEpoch) * options.BatchSize;
                int[] chosen = order[start..Math.Min(start + options.BatchSize, order.Length)];
                long position = step / StepsPerEpoch * order.Length + start;
                var input = schedule.At(step);
                pending.Enqueue(Task.Factory.StartNew(() => MakeStep(chosen, position, input, stop.Token), stop.Token, TaskCreationOptions.None, workers));
                if (pending.Count > options.DataWorkers + 1)
                    yield return Await(pending.Dequeue(), cancellation);
            }
            while (pending.TryDequeue(out var last))
                yield return Await(last, cancellation);
        }
        finally
        {
            stop.Cancel();
            Discard(pending);
            images.Skipped.Tell();
        }
    }

    private List<TrainingBatch> Await(Task<List<TrainingBatch>> step, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        var batches = step.WaitAsync(cancellation).GetAwaiter().GetResult();
        Waited += Stopwatch.GetElapsedTime(start);
        images.Skipped.Tell();
        return batches;
    }

    /// <summary>Waits until no worker reads images any more.</summary>
    private static void Discard(IReadOnlyCollection<Task<List<TrainingBatch>>> steps)
    {
        foreach (var step in steps)
        {
            ((IAsyncResult)step).AsyncWaitHandle.WaitOne();
            if (step.IsCompletedSuccessfully)
                step.Result.ForEach(batch => batch.Dispose());
        }
    }

    private List<TrainingBatch> MakeStep(int[] chosen, long position, TrainingInput input, CancellationToken cancellation)
    {
        int perBatch = (options.BatchSize + options.Subdivisions - 1) / options.Subdivisions;
        var batches = new List<TrainingBatch>();
        foreach (int[] part in chosen.Chunk(perBatch))
        {
            batches.Add(MakeBatch(part, position, input, cancellation));
            position += part.Length;
        }
        return batches;
    }

    private TrainingBatch MakeBatch(int[] part, long position, TrainingInput input, CancellationToken cancellation)
    {
        var batch = new TrainingBatch(part.Length, input, _largest);
        var objects = new List<GroundTruth>();
        for (int i = 0; i < part.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            TrainingImage[] loaded = [.. _transform.Apply(Sources(part[i], position + i).Select(images.Load), position + i)];
            int seed = SeedSequence.At(options.SeedOrDefault, AugmentationStream, position + i);
            if (loaded.Length == 1)
                _augmentation.Apply(loaded[0], options.Resize, input.Width, input.Height, seed, batch.PixelsOf(i), objects);
            else
                _augmentation.ApplyMosaic(loaded, options.Resize, input.Width, input.Height, seed, batch.PixelsOf(i), objects);
            // What a crowd shows is neither one object nor background.
            objects.RemoveAll(static item => item.Crowd);
            batch.Targets[i] = input.Encoder.Encode(objects, input.Width, input.Height);
        }
        return batch;
    }

    /// <summary>The image itself, or with it three others for a mosaic.</summary>
    private int[] Sources(int image, long position)
    {
        var random = new SeededRandom(SeedSequence.At(options.SeedOrDefault, MosaicStream, position));
        if (position / images.Labels.Count >= _epochsWithMosaics || random.Uniform(0, 1) >= _mosaic)
            return [image];
        int count = images.Labels.Count;
        return [image, random.Below(count), random.Below(count), random.Below(count)];
    }
}
