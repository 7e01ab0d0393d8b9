using System.Diagnostics;
using System.Text;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Transcripts;

[Trait("Category", "Conformance")]
public sealed class RepetitionFixTests
{
    public static TheoryData<string, string> Vectors => new() // testvectors.md, section 6
    {
        { Repeat("a", 20), Repeat("a", 20) },
        { Repeat("a", 21), "a" },
        { Repeat("ab", 19), Repeat("ab", 19) },
        { Repeat("ab", 20), "ab" },
        { Repeat("ab", 25) + "xyz", "abxyz" },
        { Repeat("hello ", 30) + "bye", "hello bye" },
        { Repeat("abc", 20) + "Q" + Repeat("abc", 20), "abcQabc" },
        { Repeat("好的。", 22), "好的。" },
        { Repeat("12345678901234567890", 20) + "Z", "1234567890Z" },
        { Repeat("123456789012345678901", 20), Repeat("123456789012345678901", 20) },
        { Repeat("a", 20) + "bcdefghijklmnopqrstu", "abcdefghijklmnopqrstu" },
        { "bcdefghijklmnopqrstu" + Repeat("a", 20), "bcdefghijklmnopqrstu" + Repeat("a", 20) },
        { Repeat("\U0001F642", 21), "\U0001F642" }, // code points, not UTF-16 units
        { "", "" },
    };

    [Theory, MemberData(nameof(Vectors))]
    public void Apply_Vector_GivesItsResult(string text, string expected) =>
        Assert.Equal(expected, RepetitionFix.Apply(text));

    [Fact]
    public void Apply_RandomLoops_EqualsTheReference()
    {
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            string text = RandomLoops(random);

            Assert.Equal(Reference(text), RepetitionFix.Apply(text));
        }
    }

    [Fact, Trait("Category", "Unit")]
    public void Apply_VeryLongText_IsQuick()
    {
        string nearly = Repeat(Repeat("abcdefghijklmnopqrst", 19) + "!", 300); // 19 repetitions: the costly miss
        string loops = string.Concat(Enumerable.Range(0, 3000).Select(i => Repeat("ab", 20) + (char)(0x4E00 + i)));
        var clock = Stopwatch.StartNew();

        string kept = RepetitionFix.Apply(nearly);
        string collapsed = RepetitionFix.Apply(loops); // 3,000 levels deep in the reference
        string one = RepetitionFix.Apply(Repeat("xy", 1_000_000));

        Assert.Same(nearly, kept);
        Assert.Equal(string.Concat(Enumerable.Range(0, 3000).Select(i => "ab" + (char)(0x4E00 + i))), collapsed);
        Assert.Equal("xy", one);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
    }

    private static string Repeat(string pattern, int count) => new StringBuilder().Insert(0, pattern, count).ToString();

    private static string RandomLoops(Random random)
    {
        var text = new StringBuilder();
        for (int part = random.Next(1, 5); part > 0; part--)
        {
            string pattern = new([.. Enumerable.Range(0, random.Next(1, 23)).Select(_ => (char)('a' + random.Next(3)))]);
            text.Insert(text.Length, pattern, random.Next(15, 26)).Append(pattern.AsSpan(0, random.Next(pattern.Length)));
        }

        return text.ToString();
    }

    /// <summary>The reference, word for word (letters of one UTF-16 unit only).</summary>
    private static string Reference(string s)
    {
        const int threshold = 20;
        var runs = new StringBuilder();
        for (int i = 0; i < s.Length;)
        {
            int count = 1;
            while (i + count < s.Length && s[i + count] == s[i]) count++;
            runs.Append(s[i], count > threshold ? 1 : count);
            i += count;
        }

        return Collapse(runs.ToString());

        static string Collapse(string s)
        {
            int n = s.Length;
            if (n < 2 * threshold) return s;
            var result = new StringBuilder();
            int i = 0;
            while (i <= n - 2 * threshold)
            {
                for (int k = 1; k <= 20 && i + k * threshold <= n; k++)
                {
                    string pattern = s.Substring(i, k);
                    if (!Enumerable.Range(1, threshold - 1).All(rep => s.Substring(i + rep * k, k) == pattern)) continue;
                    int end = i + threshold * k;
                    while (end + k <= n && s.Substring(end, k) == pattern) end += k;
                    return result.Append(pattern).Append(Collapse(s[end..])).ToString();
                }

                result.Append(s[i++]);
            }

            return result.Append(s[i..]).ToString();
        }
    }
}
