using Yolo.Model.Data;
using Yolo.Model.Network;

namespace Yolo.Model.Training;

/// <summary>Makes the batches of a run ahead of the step that needs them. Order and augmentation follow from the seed and the position alone, whatever
/// the threads do.</summary>
internal sealed class BatchLoader(IReadOnlyList<TrainingImage> images, FeatureShape input, TrainingOptions options)
{
    private const int StepsAhead = 2, OrderStream = 1, AugmentationStream = 2;

    private readonly Augmentation _augmentation = new(options.Augmentation ?? AugmentationOptions.None);

    /// <summary>Optimizer steps in an epoch; the last one may have fewer images.</summary>
    public int StepsPerEpoch => (images.Count + options.BatchSize - 1) / options.BatchSize;

    /// <summary>The steps of the run in order, each as the batches it is computed in. The caller disposes the batches.</summary>
    /// <param name="firstStep">The step to begin with, from 0: the number of steps done before.</param>
    public IEnumerable<IReadOnlyList<TrainingBatch>> Load(long firstStep = 0)
    {
        var pending = new Queue<Task<IReadOnlyList<TrainingBatch>>>();
        for (int epoch = (int)(firstStep / StepsPerEpoch); epoch < options.Epochs; epoch++)
        {
            int[] order = SeedSequence.Permutation(images.Count, SeedSequence.At(options.Seed, OrderStream, epoch));
            for (int step = epoch == firstStep / StepsPerEpoch ? (int)(firstStep % StepsPerEpoch) : 0; step < StepsPerEpoch; step++)
            {
                int start = step * options.BatchSize, end = Math.Min(start + options.BatchSize, images.Count);
                long position = (long)epoch * images.Count + start;
                int[] chosen = order[start..end];
                pending.Enqueue(Task.Run(() => MakeStep(chosen, position)));
                if (pending.Count > StepsAhead)
                    yield return pending.Dequeue().GetAwaiter().GetResult();
            }
        }
        while (pending.TryDequeue(out var step))
            yield return step.GetAwaiter().GetResult();
    }

    private IReadOnlyList<TrainingBatch> MakeStep(int[] chosen, long position)
    {
        int perBatch = (options.BatchSize + options.Subdivisions - 1) / options.Subdivisions;
        var batches = new List<TrainingBatch>();
        foreach (int[] part in chosen.Chunk(perBatch))
        {
            var batch = new TrainingBatch(part.Length, (int)input.Count);
            for (int i = 0; i < part.Length; i++)
            {
                int seed = SeedSequence.At(options.Seed, AugmentationStream, position++);
                batch.Objects[i] = [];
                _augmentation.Apply(images[part[i]], options.Resize, input.Width, input.Height, seed, batch.PixelsOf(i), batch.Objects[i]);
            }
            batches.Add(batch);
        }
        return batches;
    }
}
