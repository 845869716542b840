using System.Security.Cryptography;
using Yolo.CommandLine.Detectors;
using Yolo.Model.Network;
using Yolo.Model.Weights;

namespace Yolo.CommandLine.Downloads;

/// <summary>What can be downloaded.</summary>
internal static class DownloadCatalog
{
    /// <summary>Where downloads go unless another folder is named, and where <c>train --weights</c> looks for them by name.</summary>
    public const string DefaultFolder = "downloads";

    private const string VocLicence =
        "no licence is in the archive; the images are from Flickr, whose terms of use apply (http://host.robots.ox.ac.uk/pascal/VOC/voc2012/, \"Database Rights\")";

    private const string DarknetLicence = "none of their own; Darknet's LICENSE places Darknet in the public domain (https://github.com/pjreddie/darknet/blob/master/LICENSE)";

    /// <summary>Lengths of the header of a .weights file: <c>seen</c> has 32 or 64 bits.</summary>
    private static readonly int[] s_headers = [16, 20];

    /// <summary>All of it.</summary>
    public static IReadOnlyList<DownloadItem> Items { get; } =
    [
        // Checksums: torchvision, torchvision/datasets/voc.py. Sizes: what the server gives as Content-Length.
        new("voc2007", "Pascal VOC 2007, trainval and test: 9,963 images, 20 classes, 0.9 GB", VocLicence,
            Voc("2007", "VOCtrainval_06-Nov-2007.tar", 460_032_000, "c52e279531787c972589f7e41ab4ae64"), Voc("2007", "VOCtest_06-Nov-2007.tar", 451_020_800, "b6e924de25625d8de591ea690078ad9f"))
            { Unpack = true, Next = "train --data {0}/VOCdevkit/VOC2007" },
        new("voc2012", "Pascal VOC 2012, trainval: 17,125 images, 20 classes, 2 GB", VocLicence, Voc("2012", "VOCtrainval_11-May-2012.tar", 1_999_639_040, "6cd6e144f989b92b3379bac3b3de84fd"))
            { Unpack = true, Next = "train --data {0}/VOCdevkit/VOC2012 --train-set train --val-set val" },
        Network("yolov2", "YOLOv2 for COCO's 80 classes, 204 MB", PublishedClasses.Coco),
        Network("yolov2-voc", "YOLOv2 for VOC's 20 classes, 203 MB", PublishedClasses.Voc),
        Network("yolov2-tiny", "YOLOv2-tiny for COCO's 80 classes, 45 MB", PublishedClasses.Coco),
        // SHA-1: OpenCV, opencv_extra, testdata/dnn/download_models.py, for this address.
        Network("yolov2-tiny-voc", "YOLOv2-tiny for VOC's 20 classes, 63 MB", PublishedClasses.Voc, new(HashAlgorithmName.SHA1, "24b4bd049fc4fa5f5e95f684a8967e65c625dff9")),
        new("darknet19_448.conv.23", "backbone of yolov2 and yolov2-voc, pre-trained on ImageNet, 79 MB", DarknetLicence,
            Weights("darknet19_448.conv.23", YoloV2Network.Voc.Convolutions[..Backbones.Darknet19].Sum(layer => layer.WeightCount)))
            { Weights = "darknet19_448.conv.23", Next = "train --network yolov2-voc --weights darknet19_448.conv.23 --data ..." },
        new("darknet", "Darknet's reference model, the backbone of the tiny networks, pre-trained on ImageNet, 29 MB", DarknetLicence,
            Weights("darknet.weights", Backbones.DarknetReference.WeightCount))
            { Weights = "darknet.weights", Next = "train --network yolov2-tiny --weights darknet --data ..." },
        new("yolov2-tiny.conv.13", "backbone of the tiny networks, trained on COCO: the first 13 layers of yolov2-tiny, cut out as `darknet partial` does", DarknetLicence,
            Weights("yolov2-tiny.weights", YoloV2Network.TinyCoco.WeightCount))
            {
                Weights = "yolov2-tiny.conv.13", Complete = folder => [Backbones.CutTiny(Path.Combine(folder, "yolov2-tiny.weights"), Path.Combine(folder, "yolov2-tiny.conv.13"))],
                Next = "train --network yolov2-tiny --weights yolov2-tiny.conv.13 --data ...",
            },
    ];

    /// <summary>The item of a name, or null.</summary>
    public static DownloadItem? Find(string name) => Find(Items, name);

    /// <summary>The item of a name among others, or null.</summary>
    public static DownloadItem? Find(IReadOnlyList<DownloadItem> items, string name) => items.FirstOrDefault(item => item.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static RemoteFile Voc(string year, string name, long size, string md5) =>
        new(name, [new($"http://host.robots.ox.ac.uk/pascal/VOC/voc{year}/{name}"), new($"https://pjreddie.com/media/files/{name}")], [size], new(HashAlgorithmName.MD5, md5));

    private static DownloadItem Network(string name, string description, IReadOnlyList<string> classes, Checksum? checksum = null)
    {
        string file = name + ".weights";
        return new(name, description, DarknetLicence, Weights(file, YoloV2Network.Get(name).WeightCount, checksum))
        {
            Weights = file,
            Complete = folder => Backbones.WriteCompanions(folder, name, classes),
            Next = $"detect street.jpg --model {{0}}/{file}",
        };
    }

    private static RemoteFile Weights(string name, long floats, Checksum? checksum = null) =>
        new(name, [new($"https://pjreddie.com/media/files/{name}")], [.. s_headers.Select(header => header + floats * sizeof(float))], checksum)
        {
            Inspect = path =>
            {
                long found = DarknetWeightsFile.CountFloats(path);
                if (found != floats)
                    throw new InvalidDataException(FormattableString.Invariant($"{path}: expected {floats:N0} floats behind the header, found {found:N0}."));
            },
        };
}
