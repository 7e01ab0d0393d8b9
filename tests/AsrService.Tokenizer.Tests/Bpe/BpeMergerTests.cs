using Xunit;

namespace AsrService.Tokenizer.Tests;

public sealed class BpeMergerTests
{
    [Fact, Trait("Category", "Conformance")]
    public void Merge_ByScanAndByQueue_GiveTheSameIds()
    {
        var random = new Random(4);
        for (int round = 0; round < 50; round++)
        {
            var (vocabulary, merges) = RandomMerges(random);
            var merger = new BpeMerger(vocabulary, merges);
            for (int i = 0; i < 100; i++)
            {
                byte[] unit = new byte[random.Next(1, BpeMerger.LongestScan + 1)];
                for (int j = 0; j < unit.Length; j++) unit[j] = (byte)('a' + random.Next(3));
                var scanned = new List<int>();
                var queued = new List<int>();

                merger.MergeByScan(unit, scanned);
                merger.MergeByQueue(unit, queued);

                Assert.Equal(scanned, queued);
            }
        }
    }

    /// <summary>Merges of tokens made before, ranks shuffled so that a late token may come by an early merge.</summary>
    private static (Vocabulary Vocabulary, MergeTable Merges) RandomMerges(Random random)
    {
        var vocabulary = new Vocabulary();
        var merges = new MergeTable();
        for (int b = 0; b < 256; b++) vocabulary.TryAdd(b, [(byte)b]);
        int[] ranks = [.. Enumerable.Range(0, 40)];
        random.Shuffle(ranks);
        var ids = new List<int> { 'a', 'b', 'c' };
        foreach (int rank in ranks)
        {
            int left = ids[random.Next(ids.Count)];
            int right = ids[random.Next(ids.Count)];
            byte[] both = [.. vocabulary[left], .. vocabulary[right]];
            if (vocabulary.TryAdd(256 + ids.Count, both)) ids.Add(256 + ids.Count);
            vocabulary.TryGetId(both, out int id);
            merges.Set(left, right, new Merge(rank, id));
        }

        return (vocabulary, merges);
    }
}
