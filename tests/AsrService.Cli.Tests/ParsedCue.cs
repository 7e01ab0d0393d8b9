using System.Globalization;
using Xunit;

namespace AsrService.Cli.Tests;

/// <summary>A cue as a player reads it out of SubRip or WebVTT.</summary>
internal sealed record ParsedCue(TimeSpan Start, TimeSpan End, IReadOnlyList<string> Lines)
{
    private const int MaxColumns = 42, MaxLines = 2;

    public static IReadOnlyList<ParsedCue> Read(string format, string text)
    {
        var blocks = text.TrimEnd('\n').Split("\n\n").Select(block => block.Split('\n')).ToList();
        if (format == "vtt")
        {
            Assert.Equal(["WEBVTT"], blocks[0]);
            return [.. blocks.Skip(1).Select(block => Of(block, '.'))];
        }

        Assert.Equal(Enumerable.Range(1, blocks.Count).Select(number => $"{number}"), blocks.Select(block => block[0]));
        return [.. blocks.Select(block => Of(block[1..], ','))];
    }

    /// <summary>In order, none into the next, each with a length, and lines that fit.</summary>
    public static void AssertSound(IReadOnlyList<ParsedCue> cues)
    {
        Assert.NotEmpty(cues);
        for (int i = 0; i < cues.Count; i++)
        {
            Assert.True(cues[i].End > cues[i].Start, $"{cues[i]} has no length");
            if (i > 0) Assert.True(cues[i].Start >= cues[i - 1].Start, $"{cues[i]} comes before {cues[i - 1]}");
            Assert.InRange(cues[i].Lines.Count, 1, MaxLines);
            Assert.All(cues[i].Lines, line => Assert.InRange(line.Length, 1, MaxColumns));
        }
    }

    private static ParsedCue Of(string[] block, char fraction)
    {
        string[] times = block[0].Split(" --> ");
        Assert.Equal(2, times.Length);
        return new ParsedCue(Time(times[0], fraction), Time(times[1], fraction), block[1..]);
    }

    private static TimeSpan Time(string text, char fraction) =>
        TimeSpan.ParseExact(text, $@"hh\:mm\:ss\{fraction}fff", CultureInfo.InvariantCulture);
}
