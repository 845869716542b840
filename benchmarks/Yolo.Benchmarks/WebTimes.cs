using System.Diagnostics;
using System.Net.Http.Headers;
using Yolo.Model.Inference;
using Yolo.Model.Weights;

namespace Yolo.Benchmarks;

/// <summary>Times uploads to the web example beside the detector called directly, at the same number of images at once.</summary>
internal static class WebTimes
{
    private const int Images = 8, Rounds = 3;

    // The lowest score of the web example's settings.
    private const float Threshold = 0.05f;

    private static readonly int[] s_atOnce = [1, 2, 50];

    /// <summary>Prints medians. Both sides get JPEGs of 640 x 480 as bytes, decode them and use one thread an image.</summary>
    /// <param name="network">A built-in network.</param>
    /// <param name="each">Images that every caller sends or detects in a round, one after the other.</param>
    public static void Print(string network, int each)
    {
        using var folder = new TemporaryFolder();
        var model = RandomModel.Create(network);
        DarknetModel.Save(model, folder.File("model.cfg"), folder.File("model.weights"), folder.File("model.names"));
        byte[][] jpegs = [.. Enumerable.Range(0, Images).Select(seed => Jpeg(folder.File($"{seed}.jpg"), seed))];
        using var detector = new Detector(model, new() { ScoreThreshold = Threshold, IntraOpThreads = 1 });
        using var server = WebServer.Start(folder.File("model.cfg"));
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };

        Console.WriteLine($"| {network}, images at once | Detector, ms | Yolo.Web, ms | web / direct | Detector, images/s | Yolo.Web, images/s |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (int atOnce in s_atOnce)
        {
            var (direct, web) = (new Sample(), new Sample());
            // The first round warms up.
            for (int round = 0; round <= Rounds; round++)
            {
                if (round == 1)
                    (direct, web) = (new Sample(), new Sample());
                direct.Measure(atOnce, each, image => detector.Detect(new MemoryStream(jpegs[image % Images])));
                web.Measure(atOnce, each, image => Upload(client, jpegs[image % Images]));
            }
            Console.WriteLine($"| {atOnce} | {direct.Median:F1} | {web.Median:F1} | {web.Median / direct.Median:F2} | {direct.Rate:F1} | {web.Rate:F1} |");
        }
        Console.WriteLine();
        Console.WriteLine($"Medians of the time from the file's bytes to the answer, {Rounds} rounds of {each} images a caller; no request failed.");
    }

    private static void Upload(HttpClient client, byte[] jpeg)
    {
        using var content = new ByteArrayContent(jpeg) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, FormattableString.Invariant($"api/detect?threshold={Threshold}")) { Content = content };
        using var response = client.Send(request, HttpCompletionOption.ResponseContentRead);
        response.EnsureSuccessStatusCode();
    }

    private static byte[] Jpeg(string path, int seed)
    {
        new RgbaImage(640, 480, seed).SaveJpeg(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>Times of calls made by several threads at once.</summary>
    private sealed class Sample
    {
        private readonly List<double> _milliseconds = [];
        private TimeSpan _elapsed;

        public double Median => Turns.Median(_milliseconds);

        public double Rate => _milliseconds.Count / _elapsed.TotalSeconds;

        public void Measure(int atOnce, int each, Action<int> call)
        {
            double[] times = new double[atOnce * each];
            Exception? failure = null;
            // All begin together: a thread that is started late would not count how long the others keep it waiting.
            using var ready = new Barrier(atOnce + 1);
            Thread[] threads = [.. Enumerable.Range(0, atOnce).Select(caller => new Thread(() =>
            {
                ready.SignalAndWait();
                try
                {
                    for (int i = caller * each; i < (caller + 1) * each; i++)
                    {
                        long begin = Stopwatch.GetTimestamp();
                        call(i);
                        times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
                    }
                }
                catch (Exception e)
                {
                    failure = e;
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            ready.SignalAndWait();
            long start = Stopwatch.GetTimestamp();
            Array.ForEach(threads, thread => thread.Join());
            if (failure is not null)
                throw new InvalidOperationException($"A call failed: {failure.Message}", failure);
            _elapsed += Stopwatch.GetElapsedTime(start);
            _milliseconds.AddRange(times);
        }
    }
}
