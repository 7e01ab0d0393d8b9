using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

[Trait("Category", "Unit")]
public sealed class ActivityLogTests
{
    [Fact]
    public void Read_ManyHopsKept_GivesTheirFlagsButForTheUnsettledOnes()
    {
        var log = new ActivityLog();
        log.Append([.. Enumerable.Range(0, 1000).Select(FlagAt)]);
        log.Release(400 * 160);

        bool[] flags = log.Read(500 * 160, 600 * 160);

        Assert.Equal([.. Enumerable.Range(500, 80).Select(FlagAt), .. Enumerable.Repeat(FlagAt(579), 20)], flags);
    }

    [Fact]
    public void Read_MoreAudioThere_GivesTheSame()
    {
        var early = new ActivityLog();
        var late = new ActivityLog();
        early.Append([.. Enumerable.Range(0, 130).Select(FlagAt)]);
        late.Append([.. Enumerable.Range(0, 900).Select(FlagAt)]);

        Assert.Equal(early.Read(16_000, 130 * 160), late.Read(16_000, 130 * 160));
    }

    [Fact]
    public void Read_PartOfAHop_CountsForNone() => Assert.Single(new ActivityLog().Read(0, 319));

    [Fact]
    public void Read_NothingKnown_IsSpeech() => Assert.All(new ActivityLog().Read(0, 16_000), Assert.True);

    private static bool FlagAt(int hop) => hop / 7 % 3 != 0;
}
