using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Yolo.Model.Geometry;

namespace Yolo.MLNet.Tests.Trainers;

/// <summary>Pictures as large as a camera's, with its noise at night: a grey disc or box on dark grey. Drawn each time they are read, so
/// that memory holds one.</summary>
internal sealed class Photographs(MLContext ml, int width, int height, int contrast, int noise)
{
    /// <summary>Some pictures with an object each, a disc in every second one; other seeds, other pictures.</summary>
    public IDataView Draw(int count, int seed) =>
        ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Photograph(width, height, contrast, noise, 100 * seed + i)));

    private sealed class Photograph
    {
        private readonly int _width, _height, _contrast, _noise, _seed;
        private readonly BoundingBox _box;

        public Photograph(int width, int height, int contrast, int noise, int seed)
        {
            (_width, _height, _contrast, _noise, _seed) = (width, height, contrast, noise, seed);
            var random = new Random(seed);
            int side = random.Next((int)(0.225 * width), (int)(0.35 * width)), left = random.Next(width - side),
                top = random.Next(height - side);
            _box = new(left, top, left + side, top + side);
        }

        [ImageType(416, 416)]
        public MLImage? Image
        {
            get => MLImage.CreateFromPixels(_width, _height, MLPixelFormat.Rgba32, Pixels());
            set => throw new NotSupportedException();
        }

        public string[] Labels
        {
            get => [IsDisc ? "disc" : "box"];
            set => throw new NotSupportedException();
        }

        public float[] BoundingBoxes
        {
            get => [_box.Left, _box.Top, _box.Right, _box.Bottom];
            set => throw new NotSupportedException();
        }

        private bool IsDisc => _seed % 2 == 0;

        private byte[] Pixels()
        {
            byte[] pixels = new byte[4 * _width * _height];
            float radius = _box.Width / 2;
            uint state = (uint)_seed * 2654435761 + 1;
            for (int y = 0, at = 0; y < _height; y++)
            {
                float up = y + 0.5f - _box.CenterY;
                float half = MathF.Abs(up) >= radius ? 0 : IsDisc ? MathF.Sqrt(radius * radius - up * up) : radius;
                float left = _box.CenterX - half, right = _box.CenterX + half;
                for (int x = 0; x < _width; x++, at += 4)
                {
                    state = state * 1664525 + 1013904223;
                    int value = 90 + (x >= left && x < right ? _contrast : 0) + (int)(state >> 16) % (2 * _noise + 1) - _noise;
                    byte grey = (byte)Math.Clamp(value, 0, 255);
                    (pixels[at], pixels[at + 1], pixels[at + 2], pixels[at + 3]) = (grey, grey, grey, 255);
                }
            }
            return pixels;
        }
    }
}
