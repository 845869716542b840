namespace Yolo.Model.Data.Coco;

/// <summary>A data set in COCO's object detection format: one JSON file with <c>images</c>, <c>annotations</c> and <c>categories</c>, and a folder of images.</summary>
public static class CocoDataset
{
    /// <summary>Reads an annotation file; of the images themselves the first bytes are read, for their size.</summary>
    /// <param name="annotations">The JSON file; it is read as a stream, so that it may be larger than the memory.</param>
    /// <param name="options">What is done about flaws, which pixels boxes count in, and the folder that <c>file_name</c>s start from (<see cref="LoadOptions.ImageFolder"/>); null: the defaults.
    /// Without a folder, images are looked for in the file's own folder, <c>images</c> in it, and beside it or one folder up in the folder named as the file (<c>val2017</c> for
    /// <c>instances_val2017.json</c>), alone or in <c>images</c>, and in <c>images</c> itself.</param>
    /// <returns>The images in the order of the file, those without objects included. Crowds (<c>iscrowd</c>) keep their flag, objects their <c>area</c>.</returns>
    /// <exception cref="FileNotFoundException">The file is not there; with <see cref="OnError.Throw"/>, an image of it is not.</exception>
    /// <exception cref="InvalidDataException">The file is malformed, or more is flawed than may be skipped; with <see cref="OnError.Throw"/>, an entry or an image is malformed.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static IReadOnlyList<LabelledImage> Load(string annotations, LoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(annotations);
        return DatasetLoader.Load(CocoReader.OpenFile(annotations), imageSet: null, new FlawLog(options));
    }
}
