using Xunit;
using Yolo.Model.Training.Images;

namespace Yolo.Model.Tests.Training.Images;

public sealed class ImageSubsetTests
{
    [Theory]
    [InlineData(10, 0.3, 3)]
    [InlineData(10, 0.01, 1)]
    [InlineData(10, 0.99, 9)]
    [InlineData(2, 0.9, 1)]
    public void Split_LeavesNoImageOutAndNoneTwice(int images, double fraction, int expected)
    {
        var source = new Numbered(images);

        var (rest, drawn) = ImageSubset.Split(source, fraction, seed: 4);

        int[] ofRest = [.. rest.Labels.Select(label => label.Width)], ofDrawn = [.. drawn.Labels.Select(label => label.Width)];
        Assert.Equal(expected, ofDrawn.Length);
        Assert.Equal(Enumerable.Range(1, images), ofRest.Concat(ofDrawn).Order());
        Assert.Equal(ofRest.Order(), ofRest);
        Assert.Equal(ofDrawn.Reverse(), Enumerable.Range(0, expected).Reverse().Select(index => drawn.Load(index).Width));
    }

    [Fact]
    public void Split_FollowsTheSeed()
    {
        Assert.Equal(Drawn(seed: 1), Drawn(seed: 1));
        Assert.NotEqual(Drawn(seed: 1), Drawn(seed: 2));

        static IEnumerable<int> Drawn(int seed) => ImageSubset.Split(new Numbered(40), 0.5, seed).Drawn.Labels.Select(label => label.Width);
    }

    /// <summary>Images that are as wide as their number, from 1 on.</summary>
    private sealed class Numbered(int count) : ITrainingImages
    {
        public IReadOnlyList<ImageLabels> Labels { get; } = [.. Enumerable.Range(1, count).Select(width => new ImageLabels(width, 1, []))];

        public TrainingImage Load(int index) => new(new byte[3 * (index + 1)], index + 1, 1, []);
    }
}
