namespace Yolo.Model.Tests;
