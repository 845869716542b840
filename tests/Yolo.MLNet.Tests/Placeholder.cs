namespace Yolo.MLNet.Tests;
