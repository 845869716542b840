using System.Runtime.ExceptionServices;

namespace Yolo.Model.Data;

/// <summary>Reads the annotations and the heads of images of a set, several at once, in the order of the data set.</summary>
internal static class DatasetLoader
{
    /// <summary>Images between two reports of progress.</summary>
    private const int ReportEvery = 256;

    /// <summary>The images of a set; those that cannot be used are left out, as the log decides.</summary>
    public static IReadOnlyList<LabelledImage> Load(IDatasetReader reader, string? imageSet, FlawLog log)
    {
        var images = Read(reader, reader.List(imageSet, log), log).Select(pair => pair.Image).ToArray();
        log.Conclude(reader.Path);
        return images;
    }

    /// <summary>The images of entries with these; those that cannot be used are left out, as the log decides.</summary>
    public static IReadOnlyList<(DatasetEntry Entry, LabelledImage Image)> Read(IDatasetReader reader, IReadOnlyList<DatasetEntry> entries, FlawLog log)
    {
        var builder = new LabelledImageBuilder(reader.Noun);
        var images = new LabelledImage?[entries.Count];
        var failures = new ExceptionDispatchInfo?[entries.Count];
        var logs = new FlawLog?[entries.Count];
        int done = 0;
        var options = log.Options;
        Parallel.For(0, entries.Count, new ParallelOptions { CancellationToken = options.CancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, (i, state) =>
        {
            var own = log.Fork();
            try
            {
                images[i] = builder.Build(reader.Read(entries[i], own), own);
            }
            catch (Exception exception) when (own.SkipsImage(exception))
            {
                own.Images++;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                failures[i] = ExceptionDispatchInfo.Capture(exception);
                state.Break();
            }
            // What has nothing to say is not kept: a million logs would be.
            logs[i] = own.IsEmpty ? null : own;
            int count = Interlocked.Increment(ref done);
            if (count % ReportEvery == 0 || count == entries.Count)
                options.Progress?.Report((count, entries.Count));
        });

        var read = new List<(DatasetEntry, LabelledImage)>(entries.Count);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < entries.Count; i++)
        {
            if (logs[i] is { } own)
                log.Add(own);
            else if (images[i] is { } plain)
                (log.Images, log.Objects) = (log.Images + 1, log.Objects + plain.Objects.Count);
            failures[i]?.Throw();
            if (images[i] is { } image)
                read.Add((entries[i], Intern(image, names)));
        }
        return read;
    }

    /// <summary>One text for each class name, however many objects bear it.</summary>
    private static LabelledImage Intern(LabelledImage image, Dictionary<string, string> names)
    {
        var objects = (LabelledObject[])image.Objects;
        for (int i = 0; i < objects.Length; i++)
        {
            if (names.TryAdd(objects[i].ClassName, objects[i].ClassName))
                continue;
            objects[i] = objects[i] with { ClassName = names[objects[i].ClassName] };
        }
        return image;
    }
}
