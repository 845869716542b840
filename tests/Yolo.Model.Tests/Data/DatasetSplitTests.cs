using System.Text.RegularExpressions;
using CsCheck;
using Xunit;
using Yolo.Model.Data;
using Yolo.Model.Geometry;

namespace Yolo.Model.Tests.Data;

public sealed class DatasetSplitTests
{
    private static readonly KeyValuePair<string, double>[] s_three = [new("train", 0.8), new("val", 0.1), new("test", 0.1)];
    private static readonly KeyValuePair<string, double>[] s_two = [new("train", 0.75), new("val", 0.25)];

    // 20 images, 2 of them with the only objects of a rare class, 8 with one bird each: 0.75 and 0.25 of 8 are 6 and 2; of the 2, each set
    // gets one.
    [Fact]
    public void Split_ClassesOfKnownCounts_GivesEachSetItsShare()
    {
        var images = Enumerable.Range(0, 20).Select(i => Image($"{i:d2}.jpg", i < 2 ? "rare" : i < 10 ? "bird" : "cat")).ToList();

        var sets = DatasetSplit.Split(images, s_two);

        Assert.Equal([("train", 15), ("val", 5)], sets.Select(set => (set.Key, set.Value.Count)));
        Assert.Equal([(1, 6, 8), (1, 2, 2)],
            sets.Select(set => (Count(set.Value, "rare"), Count(set.Value, "bird"), Count(set.Value, "cat"))));
    }

    // 100 images of one cat each, of which three show a bird as well: as many as there are sets.
    [Fact]
    public void Split_ClassOfAsManyImagesAsSets_IsInEach()
    {
        var images = Enumerable.Range(0, 100).Select(i => i < 3 ? Image($"{i:d3}.jpg", "cat", "bird") : Image($"{i:d3}.jpg", "cat"))
            .ToList();

        var sets = DatasetSplit.Split(images, s_three);

        Assert.Equal([(80, 80, 1), (10, 10, 1), (10, 10, 1)],
            sets.Select(set => (set.Value.Count, Count(set.Value, "cat"), Count(set.Value, "bird"))));
    }

    // 0.8, 0.1 and 0.1 of 6 are 4.8, 0.6 and 0.6: 4, 0 and 0, and the two that are left go to the largest remainders, the first of equal
    // ones first.
    [Fact]
    public void Split_FewImages_RoundsByLargestRemainders()
    {
        var images = Enumerable.Range(0, 6).Select(i => Image($"{i}.jpg")).ToList();

        Assert.Equal([5, 1, 0], DatasetSplit.Split(images, s_three).Select(set => set.Value.Count));
    }

    [Fact]
    public void Split_SameSeed_GivesTheSameInAnyOrderAndFolder()
    {
        var images = Enumerable.Range(0, 50).Select(i => Image($"a/{i:d2}.jpg", i % 7 == 0 ? "bird" : "cat")).ToList();
        var moved = images.Select(image => image with { Path = "/elsewhere/" + image.Path }).Reverse().ToList();

        string[][] Names(IReadOnlyList<LabelledImage> from, int seed) =>
            [.. DatasetSplit.Split(from, s_three, new() { Seed = seed })
                .Select(set => set.Value.Select(image => Path.GetFileName(image.Path)).Order().ToArray())];

        Assert.Equal(Names(images, 3), Names(moved, 3));
        Assert.NotEqual(Names(images, 3), Names(images, 4));
    }

    // A film of 11 frames and 9 single pictures: train has room for 12, the film and one more, whatever the seed says.
    [Fact]
    public void Split_OneLargeGroup_LeavesTheOthersToFillTheSets()
    {
        var images = Enumerable.Range(0, 20).Select(i => Image(i < 11 ? $"film-{i}.jpg" : $"{i}.jpg", "cat")).ToList();
        var options = new DatasetSplitOptions { GroupOf = image => image.Path.Split('-')[0] };

        Assert.All(Enumerable.Range(0, 20), seed =>
        {
            var sets = DatasetSplit.Split(images, [new("train", 0.6), new("val", 0.4)], options with { Seed = seed });
            Assert.Equal([12, 8], sets.Select(set => set.Value.Count));
        });
    }

    [Fact]
    public void Split_Result_KeepsTheOrderOfTheImages()
    {
        var images = Enumerable.Range(0, 30).Select(i => Image($"{99 - i}.jpg", "cat")).ToList();

        Assert.All(DatasetSplit.Split(images, s_two), set => Assert.Equal(set.Value.OrderBy(images.IndexOf), set.Value));
    }

    // 10 images of birds and 10 of cats; 5 of val are dealt by chance. Some seed of the first 20 gives other numbers than 2 or 3 of each,
    // unless it is stratified.
    [Fact]
    public void Split_WithoutStratification_LooksAtTheNumberOfImagesAlone()
    {
        var images = Enumerable.Range(0, 20).Select(i => Image($"{i:d2}.jpg", i < 10 ? "bird" : "cat")).ToList();

        int[] Birds(bool stratify) =>
            [.. Enumerable.Range(0, 20)
                .Select(seed => Count(DatasetSplit.Split(images, s_two, new() { Seed = seed, Stratify = stratify })[1].Value, "bird"))];

        Assert.All(Birds(stratify: true), birds => Assert.InRange(birds, 2, 3));
        Assert.Contains(Birds(stratify: false), birds => birds is < 2 or > 3);
    }

    [Theory]
    [InlineData(@"^(.+)_(jpg|jpeg|png)\.rf\.",
        "x/a_jpg.rf.0123.jpg x/a_jpg.rf.4567.jpg y/a_jpg.rf.89ab.jpg | x/b_jpg.rf.0123.jpg | x/c.jpg | y/c.jpg")]
    [InlineData(@"([^/]+)/[^/]+$", "x/a.jpg x/b.jpg z/x/c.jpg | y/a.jpg | a.jpg")]
    [InlineData(@"^film\d+", "film1-001.jpg film1-002.jpg q/film1-003.png | film2-001.jpg")]
    public void GroupBy_Pattern_PutsItsMatchesTogether(string pattern, string expected)
    {
        string[][] groups = [.. expected.Split(" | ").Select(group => group.Split(' '))];

        var groupOf = DatasetSplit.GroupBy(new Regex(pattern));

        var found = groups.SelectMany(group => group).GroupBy(path => groupOf(Image(path))).Select(group => group.ToArray());
        Assert.Equal(groups, found);
    }

    [Theory]
    [InlineData(0.8, 0.1)]
    [InlineData(1.1, -0.1)]
    [InlineData(1, 0)]
    [InlineData(double.NaN, 1)]
    public void Split_FractionsThatAreNone_AreRefused(double train, double val) =>
        Assert.Throws<ArgumentException>(() => DatasetSplit.Split([Image("a.jpg")], [new("train", train), new("val", val)]));

    [Fact]
    public void Split_SetNamedTwice_IsRefused() =>
        Assert.Throws<ArgumentException>(() => DatasetSplit.Split([Image("a.jpg")], [new("train", 0.5), new("Train", 0.5)]));

    // Properties: every image once, no group parted, no set further from its fraction than the largest group.
    [Fact]
    public void Split_AnyImages_PartsNoGroupAndKeepsTheSizes() =>
        Gen.Select(Gen.Int[0, 12].Array[1, 60], Gen.Int[0, 4].Array[0, 4].Array[60], Gen.Int[1, 9].Array[1, 4], Gen.Bool, Gen.Int[0, 1000])
            .Sample(
            (groupOf, classes, weights, stratify, seed) =>
            {
                var images = groupOf.Select((group, i) => Image($"{group}-{i}.jpg", [.. classes[i].Select(c => $"c{c}")])).ToList();
                var fractions = weights.Select((weight, i) => KeyValuePair.Create($"set{i}", (double)weight / weights.Sum())).ToList();
                Func<LabelledImage, string> group = image => image.Path.Split('-')[0];

                var sets = DatasetSplit.Split(images, fractions, new() { Seed = seed, Stratify = stratify, GroupOf = group });

                Assert.Equal(images.OrderBy(image => image.Path), sets.SelectMany(set => set.Value).OrderBy(image => image.Path));
                Assert.All(sets.SelectMany(set => set.Value.Select(image => (Group: group(image), set.Key))).GroupBy(pair => pair.Group),
                    pairs => Assert.Single(pairs.Distinct()));
                int largest = groupOf.GroupBy(g => g).Max(g => g.Count());
                Assert.All(sets.Zip(fractions), pair =>
                    Assert.True(Math.Abs(pair.First.Value.Count - pair.Second.Value * images.Count) < largest + 1e-9));
            },
            iter: 300, threads: 1);

    private static LabelledImage Image(string path, params string[] classes) =>
        new(path, 40, 30, [.. classes.Select(name => new LabelledObject(name, new BoundingBox(1, 2, 3, 4)))]);

    private static int Count(IEnumerable<LabelledImage> images, string name) =>
        images.SelectMany(image => image.Objects).Count(item => item.ClassName == name);
}
