using AsrService.Audio;
using AsrService.Contracts.V1;
using AsrService.Hosting;
using AsrService.Server.Transcriber;
using AsrService.TestKit;

namespace AsrService.Server.Tests.Transcriber.Resuming;

[Trait("Category", "Unit")]
public sealed class DetachedSessionsTests : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly DetachedSessions _sessions;

    public DetachedSessionsTests() => _sessions = new DetachedSessions(3, Period, _time);

    public void Dispose() => _sessions.Dispose();

    [Fact]
    public void Add_OneTooMany_DropsTheOldest()
    {
        foreach (string id in new[] { "a", "b", "c", "a", "d" }) Add(id);

        Assert.Equal(["c", "a", "d"], Ids());
        Assert.Null(_sessions.Find("b"));
        Assert.Equal(SessionState.Detached, _sessions.Find("a")!.Standing.State);
    }

    [Fact]
    public void Add_MoreBytesThanAllMayTake_DropsTheOldest()
    {
        using var many = new DetachedSessions(1000, Period, _time);
        int each = Kept(InputKeeper.MaxBytes - 100_000).Bytes;

        for (int i = 0; i < 100; i++)
        {
            Add(many, $"{i}", InputKeeper.MaxBytes - 100_000);
            Assert.InRange(many.Bytes, 1, DetachedSessions.MaxBytes);
        }

        Assert.Equal(DetachedSessions.MaxBytes / each, many.Count);
        Assert.NotNull(many.Find("99"));
    }

    [Fact]
    public void Expire_EachInItsTime_ForgetsIt()
    {
        Add("a");
        _time.Advance(TimeSpan.FromMinutes(2));
        Add("b");
        _time.Advance(TimeSpan.FromMinutes(1));
        Add("a"); // anew

        _time.Advance(TimeSpan.FromMinutes(4) - Moment);
        Assert.Equal(["b", "a"], Ids());
        _time.Advance(2 * Moment);
        Assert.Equal(["a"], Ids());
        _time.Advance(TimeSpan.FromMinutes(1) + Moment);
        Assert.Empty(Ids());
        Assert.Equal(0, _sessions.Bytes);
    }

    [Fact]
    public void Remove_ASession_FreesItsPlaceAndMemory()
    {
        Add("a");
        Add("b");

        _sessions.Remove("a");
        _sessions.Remove("never there");

        Assert.Equal(["b"], Ids());
        Assert.Equal(_sessions.Find("b")!.Bytes, _sessions.Bytes);
    }

    private static InputKeeper Kept(int bytes)
    {
        var keeper = new InputKeeper(new RawFormat(SampleEncoding.S16, 48_000, 1), TimeSpan.FromMinutes(1), 0);
        keeper.Add(new IntakeFrames(bytes / 2, default, new byte[bytes], false));
        return keeper;
    }

    private static void Add(DetachedSessions to, string id, int bytes) => to.Add(
        new SessionProfile(id, "", "", "", "", new AudioFormat(), default, 0), default, Kept(bytes));

    private void Add(string id) => Add(_sessions, id, 1000);

    private IEnumerable<string> Ids() => _sessions.All.Select(one => one.Profile.Id);
}
