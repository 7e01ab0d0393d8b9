using AsrService.Engine.Decoding;
using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using AsrService.Server.Transcriber;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Tests.Transcriber.Files;

[Trait("Category", "Unit")]
public class DeliveryReportTests
{
    [Fact]
    public void Finish_SegmentsOfTwoChannels_NamesThemByTheirPlaceInTheAnswer()
    {
        var report = new DeliveryReport(isWanted: true);
        Add(report, channel: 1, start: 0, "one two three four", secondsAWord: 0.5);
        Add(report, channel: 0, start: 1, "", secondsAWord: 0);
        Add(report, channel: 0, start: 2, "five six seven eight", secondsAWord: 1);
        Add(report, channel: 1, start: 3, "nine", secondsAWord: 0.5);

        var delivery = report.Finish(TimeSpan.FromSeconds(10))!;

        Assert.Equal([(0u, 240f), (2u, 120f), (3u, 0f)], delivery.Paces.Select(pace => (pace.SegmentIndex, pace.UnitsPerMinute)));
        Assert.False(delivery.Paces[2].HasUnitsPerMinute); // of two units
        Assert.All(delivery.Paces, pace => Assert.False(pace.HasRatio));
        var pause = Assert.Single(delivery.Pauses); // of channel 1, from its first segment to its next
        Assert.Equal((0u, 3u, 2.0, 3.0), (
            pause.SegmentIndex, pause.WordIndex, pause.Start.ToTimeSpan().TotalSeconds, pause.End.ToTimeSpan().TotalSeconds));
        Assert.Equal(V1.PauseKind.Plain, pause.Kind);
    }

    [Fact]
    public void Finish_SpeakerWithFiveSegments_ComparesThemWithTheirMedian()
    {
        var report = new DeliveryReport(isWanted: true);
        double[] secondsAWord = [1, 1, 1, 1, 0.5, 2];
        for (int i = 0; i < secondsAWord.Length; i++)
            Add(report, channel: 0, start: 20 * i, "one two three four five six seven eight", secondsAWord[i]);

        var paces = report.Finish(TimeSpan.FromSeconds(120))!.Paces;

        Assert.Equal([1, 1, 1, 1, 2, 0.5f], paces.Select(pace => pace.Ratio));
        Assert.Equal([V1.PaceLabel.Normal, V1.PaceLabel.Fast, V1.PaceLabel.Slow], paces.Skip(3).Select(pace => pace.Label));
    }

    [Fact]
    public void Finish_NotWanted_IsNothing()
    {
        var report = new DeliveryReport(isWanted: false);
        Add(report, channel: 0, start: 0, "one two", secondsAWord: 0.5);

        Assert.Null(report.Finish(TimeSpan.FromSeconds(1)));
    }

    private static void Add(DeliveryReport report, int channel, double start, string text, double secondsAWord)
    {
        string[] said = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var words = said.Select((word, i) => new TranscriptWord(
            word, TimeSpan.FromSeconds(start + i * secondsAWord), TimeSpan.FromSeconds(start + (i + 1) * secondsAWord), null, IsStable: true));
        var segment = new FileSegment(0, channel, TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(start + said.Length * secondsAWord))
        {
            Result = new SegmentResult { Language = "", Text = text, PromptIds = [], TokenIds = [], TokenProbabilities = [] },
        };
        report.Add(segment, [.. words]);
    }
}
