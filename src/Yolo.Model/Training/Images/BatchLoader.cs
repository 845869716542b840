using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Yolo.Model.Encoding;
using Yolo.Model.Geometry;
using Yolo.Model.Training.Losses;

namespace Yolo.Model.Training.Images;

/// <summary>Makes the batches of a run ahead of the step that needs them. Order, sizes and augmentation follow from the seed and the position alone, whatever
/// the threads do.</summary>
/// <param name="images">The images.</param>
/// <param name="schedule">Sizes of the input.</param>
/// <param name="options">The options.</param>
/// <param name="loss">Packs what the network is taught.</param>
/// <param name="format">How batches hold their pixels.</param>
/// <param name="workers">Images that are made at the same time.</param>
/// <param name="shard">The part of each step that this process makes.</param>
internal sealed class BatchLoader(
    ReadableImages images, InputSchedule schedule, TrainingOptions options, RegionLoss loss, BatchFormat format, int workers, BatchShard shard)
{
    private const int OrderStream = 1, AugmentationStream = 2, MosaicStream = 3;

    // Steps that wait ready; one more is being made.
    private const int Ahead = 1;

    private readonly Augmentation _augmentation = new(options.Augmentation, options.Filter);
    private readonly ImageTransform _transform = new(options);
    private readonly long _epochsWithMosaics = options.EpochsOrDefault - (options.Augmentation?.MosaicOffEpochs ?? 0);
    private readonly float _mosaic = options.Augmentation?.Mosaic ?? 0;
    private readonly BatchBuffers _buffers = new(checked(options.PartSize * TrainingBatch.BytesOf(schedule.Largest, format)));

    /// <summary>Optimizer steps in an epoch; the last one may have fewer images.</summary>
    public int StepsPerEpoch => (images.Labels.Count + ImagesPerStep - 1) / ImagesPerStep;

    private int ImagesPerStep => checked(options.BatchSize * shard.Size);

    /// <summary>How long steps waited for their data so far.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The steps of the run in order, each as the parts it is computed in. The caller disposes the parts. No thread reads images any more when the
    /// enumeration has ended, however it ends.</summary>
    /// <param name="firstStep">The step to begin with, from 0: the number of steps done before.</param>
    /// <param name="cancellation">Stops the waiting and the workers.</param>
    /// <exception cref="OperationCanceledException">The loading was cancelled.</exception>
    public IEnumerable<IReadOnlyList<TrainingBatch>> Load(long firstStep = 0, CancellationToken cancellation = default)
    {
        var ready = Channel.CreateBounded<IReadOnlyList<TrainingBatch>>(Ahead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var maker = Task.Run(() => MakeAsync(firstStep, ready.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (Next(ready.Reader, cancellation) is { } step)
                yield return step;
        }
        finally
        {
            stop.Cancel();
            ((IAsyncResult)maker).AsyncWaitHandle.WaitOne();
            while (ready.Reader.TryRead(out var unused))
                Dispose(unused);
            images.Skipped.Tell();
        }
    }

    private IReadOnlyList<TrainingBatch>? Next(ChannelReader<IReadOnlyList<TrainingBatch>> ready, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            bool isThere = ready.WaitToReadAsync(cancellation).AsTask().GetAwaiter().GetResult();
            Waited += Stopwatch.GetElapsedTime(start);
            images.Skipped.Tell();
            return isThere && ready.TryRead(out var step) ? step : null;
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Makes one step after the other; an error ends the channel and meets whoever reads it.</summary>
    private async Task MakeAsync(long firstStep, ChannelWriter<IReadOnlyList<TrainingBatch>> ready, CancellationToken cancellation)
    {
        try
        {
            int[] order = [];
            long steps = (long)options.EpochsOrDefault * StepsPerEpoch;
            for (long step = firstStep; step < steps; step++)
            {
                if (step == firstStep || step % StepsPerEpoch == 0)
                    order = SeedSequence.Permutation(images.Labels.Count, SeedSequence.At(options.SeedOrDefault, OrderStream, step / StepsPerEpoch));
                int start = (int)(step % StepsPerEpoch) * ImagesPerStep, count = Math.Min(ImagesPerStep, order.Length - start);
                var own = shard.Of(count);
                int first = start + own.Start;
                long position = step / StepsPerEpoch * order.Length + first;
                var batches = MakeStep(order[first..(first + own.Count)], PartsOf(shard.Largest(count)), position, schedule.At(step), cancellation);
                try
                {
                    await ready.WriteAsync(batches, cancellation).ConfigureAwait(false);
                }
                catch
                {
                    Dispose(batches);
                    throw;
                }
            }
            ready.Complete();
        }
        catch (Exception exception)
        {
            ready.Complete(exception);
        }
    }

    private int PartsOf(int count) => (count + options.PartSize - 1) / options.PartSize;

    /// <summary>Makes the parts of a step, as many as the largest share of it takes; the last ones may be empty.</summary>
    private TrainingBatch[] MakeStep(int[] chosen, int parts, long position, TrainingInput input, CancellationToken cancellation)
    {
        int perPart = options.PartSize, bytes = TrainingBatch.BytesOf(input, format);
        byte[][] buffers = [.. Enumerable.Range(0, parts).Select(_ => _buffers.Rent())];
        var targets = new EncodedTargets[chosen.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
        try
        {
            Parallel.For(0, chosen.Length, parallel, i =>
                targets[i] = MakeImage(chosen[i], position + i, input, buffers[i / perPart].AsSpan(i % perPart * bytes, bytes)));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
        return [.. buffers.Select((buffer, part) => new TrainingBatch(_buffers, buffer, input, Pack(part), format))];

        RegionTargets Pack(int part) => part * perPart < targets.Length
            ? loss.Pack(targets[(part * perPart)..Math.Min((part + 1) * perPart, targets.Length)])
            : RegionTargets.None(input.Layout);
    }

    /// <summary>Writes an image as the network gets it.</summary>
    private EncodedTargets MakeImage(int image, long position, TrainingInput input, Span<byte> destination)
    {
        if (format == BatchFormat.Floats)
            return MakeImage(image, position, input, MemoryMarshal.Cast<byte, float>(destination));
        using var pixels = new RentedBuffer<float>(input.Count);
        var targets = MakeImage(image, position, input, pixels.Span);
        PixelBytes.Pack(pixels.Span, destination);
        return targets;
    }

    private EncodedTargets MakeImage(int image, long position, TrainingInput input, Span<float> pixels)
    {
        TrainingImage[] loaded = [.. _transform.Apply(Sources(image, position).Select(images.Load), position)];
        var objects = new List<GroundTruth>();
        int seed = SeedSequence.At(options.SeedOrDefault, AugmentationStream, position);
        if (loaded is [var single])
            _augmentation.Apply(single, options.Resize, input.Width, input.Height, seed, pixels, objects);
        else
            _augmentation.ApplyMosaic(loaded, options.Resize, input.Width, input.Height, seed, pixels, objects);
        return input.Encoder.EncodeTaught(objects, input.Width, input.Height);
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

    private static void Dispose(IReadOnlyList<TrainingBatch> batches)
    {
        foreach (var batch in batches)
            batch.Dispose();
    }
}
