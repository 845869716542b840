using System.Globalization;
using Yolo.Model.Evaluation;

namespace Yolo.Model.Reports;

/// <summary>What every number of the page means.</summary>
internal static class Definitions
{
    public static string Html(EvaluationOptions options) => string.Create(CultureInfo.InvariantCulture, $"""
        <h2>Definitions</h2>
        <dl>
        <dt>IoU</dt>
        <dd>The area that two boxes have in common, divided by the area that they cover together.{(options.InclusivePixels ? " Except under COCO's rules, boxes count their last pixel in: one from 0 to 10 is 11 wide, as in the VOC devkit." : "")}</dd>
        <dt>VOC rules</dt>
        <dd>For each class on its own, detections choose in falling order of score. Each is compared with the object of its image that it overlaps most. It is right if that IoU is
        at least {options.IoUThreshold} and no other detection has found the object before; it is left out if the object is difficult;
        otherwise it is false.
        Crowds come last: what would be false is left out if it lies in a crowd of its class by at least {options.IoUThreshold} of its
        area.</dd>
        <dt>Crowd</dt>
        <dd>A region of many objects of one class. It is never missed, and any number of detections in it is left out. A detection's overlap
        with it is their common area divided
        by the detection's.</dd>
        <dt>Precision, recall, F1</dt>
        <dd>Precision is the share of the detections that are right; recall the share of the objects that are found, difficult ones and
        crowds apart; F1 = 2 · precision · recall / (precision + recall).
        They depend on the score from which on detections are kept. Counted under the VOC rules: right (true positives), false (false positives), missed (false negatives).</dd>
        <dt>Best score</dt>
        <dd>The score threshold at which the class reaches its highest F1, the highest such threshold. It is chosen on these very images, and so a little optimistic.</dd>
        <dt>VOC 2010+</dt>
        <dd>Average precision: the area under the curve of precision over recall, each precision replaced by the highest at its recall or any higher one. Often called mAP50.</dd>
        <dt>VOC 2007</dt>
        <dd>The mean of that interpolated precision at the 11 recalls 0, 0.1, …, 1.</dd>
        <dt>COCO AP, AP50, AP75</dt>
        <dd>The mean of the interpolated precision at the 101 recalls 0, 0.01, …, 1, at an IoU of 0.5 (AP50), of 0.75 (AP75), and averaged over the ten IoU 0.50, 0.55, …, 0.95 (AP). Under
        COCO's rules a detection takes the object it overlaps most among those not yet taken; the 100 best detections of a class in an image
        are regarded; crowds and difficult
        objects are COCO's ignored ones. A detection takes one of those only where it can take no other object; a crowd is taken any number
        of times.</dd>
        <dt>AP small, medium, large</dt>
        <dd>COCO AP over objects of at most 32² pixels, of 32² to 96² and of at least 96². The area that the labels give decides, else that
        of the box. Objects of another size are
        ignored, and so are detections of another size that find nothing.</dd>
        <dt>AR1, AR10, AR100</dt>
        <dd>The share of the objects that are found, averaged over the ten IoU of COCO AP, if only the best 1, 10 or 100 detections of a
        class are kept in each image.
        AR small, medium and large are AR100 over objects of those sizes.</dd>
        <dt>Means</dt>
        <dd>Over the classes that have objects (of the size in question). A class with objects and no detection counts as 0. A dash stands for a number that does not exist.</dd>
        <dt>Confusion matrix</dt>
        <dd>Detections of a score of at least {options.ScoreThreshold} choose in falling order of score, whatever their class. Each takes the object it overlaps most among those not yet taken, at an IoU
        of at least {options.IoUThreshold}; of equal overlaps one of its own class. What takes no object is a detection of background, unless it overlaps a difficult object that far: then it is left out.
        A detection that lies in a crowd of its class is left out, too, unless it takes an object of its class. Objects that nobody took
        were detected as background, difficult ones
        and crowds apart.</dd>
        <dt>Worst errors</dt>
        <dd>By the same matching. <i>Taken for another class</i>: detection and object have different classes. <i>Found twice</i>: a detection that takes nothing, but reaches an IoU of
        {options.IoUThreshold} with an object that is taken. <i>Badly localised</i>: one that does not, but has an IoU of at least 0.1 with an object of its class that nobody took. <i>False detections</i>: all others.
        <i>Missed objects</i>: those that nobody took and that no badly localised detection explains; so they are fewer than the matrix counts.</dd>
        </dl>
        """);
}
