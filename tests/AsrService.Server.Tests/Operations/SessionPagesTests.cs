using AsrService.Contracts.V1;
using AsrService.Server.Operations;
using AsrService.Server.Tests.Transcriber.Requests;
using AsrService.Server.Transcriber;

namespace AsrService.Server.Tests.Operations;

[Trait("Category", "Unit")]
public class SessionPagesTests
{
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Take_PageByPage_GivesAllOldestFirst()
    {
        var sessions = Enumerable.Range(0, 250).Select(i => Session($"{i * 37 % 250:d3}", i * 37 % 250 / 3)).ToArray();
        var seen = new List<string>();
        var request = new ListSessionsRequest();
        for (bool isLast = false; !isLast; isLast = request.PageToken.Length == 0)
        {
            var page = SessionPages.Take(request, sessions);
            Assert.InRange(page.Sessions.Count, 1, 100);
            seen.AddRange(page.Sessions.Select(one => one.SessionId));
            request.PageToken = page.NextPageToken;
        }

        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"{i:d3}"), seen);
    }

    [Fact]
    public void Take_WhileSessionsComeAndGo_NeitherSkipsNorRepeatsOthers()
    {
        var first = SessionPages.Take(new() { PageSize = 2 }, [Session("a", 1), Session("b", 2), Session("c", 3)]);

        var second = SessionPages.Take(
            new() { PageSize = 2, PageToken = first.NextPageToken }, [Session("0", 0), Session("c", 3), Session("d", 4)]);

        Assert.Equal(["a", "b"], first.Sessions.Select(one => one.SessionId));
        Assert.Equal(["c", "d"], second.Sessions.Select(one => one.SessionId));
        Assert.Empty(second.NextPageToken);
    }

    [Fact]
    public void Take_None_IsAnEmptyPage() => Assert.Equal(new ListSessionsResponse(), SessionPages.Take(new() { PageSize = 1000 }, []));

    [Theory]
    [InlineData("no base64!")]
    [InlineData("AAAA")]
    [InlineData("AgAAAAAAAAAAYQ")] // another version
    [InlineData("AQAAAAAAAAAA")] // no id
    [InlineData("AQAAAAAAAAAAAA")] // an id of NUL
    public void Take_ATokenThatIsNotOurs_IsRefused(string token)
    {
        var request = new ListSessionsRequest { PageSize = 1001, PageToken = token };

        Assert.Equal(["page_size", "page_token"], TestFacts.ViolationsOf(() => SessionPages.Take(request, [])));
    }

    [Fact]
    public void Take_AVeryLongToken_IsRefused()
    {
        var request = new ListSessionsRequest { PageToken = "AQ" + new string('A', 1_000_000) };

        Assert.Equal(["page_token"], TestFacts.ViolationsOf(() => SessionPages.Take(request, [])));
    }

    private static (SessionProfile, SessionStanding) Session(string id, int second) => (
        new SessionProfile(id, "", "", "", "", new AudioFormat(), Start.AddSeconds(second), 0), default);
}
