Console.WriteLine("Yolo.MLNet quickstart");
