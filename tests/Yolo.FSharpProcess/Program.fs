// Usage: Yolo.FSharpProcess FOLDER NETWORK.cfg MODEL.zip
// Trains an epoch on a VOC data set, evaluates, saves, loads and detects: what docs/mlnet.md shows in C#.
open System
open System.Globalization
open System.IO
open Microsoft.ML
open Yolo.MLNet.Scoring
open Yolo.MLNet.Trainers
open Yolo.Model.Encoding
open Yolo.Model.Network

[<EntryPoint>]
let main arguments =
    CultureInfo.CurrentCulture <- CultureInfo.InvariantCulture
    let folder, network, path = arguments[0], arguments[1], arguments[2]
    let ml = MLContext(seed = 1)
    let detection = YoloV2Catalog.ObjectDetection ml
    let data = ml.Data.LoadFromVoc folder

    let options =
        YoloV2TrainerOptions(
            Network = DarknetConfig.Load network,
            AnchorCount = 2,
            Epochs = Nullable 1,
            BatchSize = 4,
            Detection = DetectionOptions(ScoreThreshold = 0.001f, MaxDetections = 3)
        )

    use model = detection.Trainers.YoloV2(options).Fit data
    let metrics = detection.Evaluate(model, data)
    printfn "images %d" metrics.ImageCount
    ml.Model.Save(model, data.Schema, path)

    let engine =
        ml.Model.CreatePredictionEngine<ImageInput, DetectionOutput>(ml.Model.LoadDetector path)

    use photo = ImageInput.FromFile(Path.Combine(folder, "JPEGImages", "image1.png"))

    for found in engine.Predict(photo).Detections do
        printfn "%s %.4f" found.ClassName found.Score

    engine.Dispose()
    0
