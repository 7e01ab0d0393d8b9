using AsrService.Contracts.V1;
using AsrService.TestKit;

namespace AsrService.Server.Tests.Refinement;

/// <summary>The bundled aligner, in the server's own batch loop and as a service of its own.</summary>
[Trait("Category", "EndToEnd")]
public class RealAlignerTests
{
    [Fact]
    public async Task Finals_RefinedInProcessAndByAServiceApart_HaveTheSameTimes()
    {
        using var apart = new ServiceProcess("AsrService.Aligner", ServiceProcess.FreePorts);
        string address = (await apart.ReadLineAsync())["gRPC: ".Length..];
        await using var hosting = await TestServer.StartAsync();
        await using var calling = await TestServer.StartAsync(null, "Asr:Aligner:Address=" + address);
        var speech = Clips.Interview(12);

        var here = await LiveCall.RunAsync(hosting.Client, LiveCall.Config, speech);
        var there = await LiveCall.RunAsync(calling.Client, LiveCall.Config, speech);

        RefinementCallTests.AssertRefined(here, here.Finals);
        Assert.Equal(here.Words, there.Words);
        Assert.Equal(TimesOf(here), TimesOf(there));
        Assert.NotEqual(here.Finals.SelectMany(final => final.Words).Select(word => word.Start), RefinedWords(here).Select(word => word.Start));
        Assert.Empty(hosting.Errors.Lines.Concat(calling.Errors.Lines));
    }

    /// <summary>Of each word, in the order of the finals; ids of results differ from session to session.</summary>
    private static IEnumerable<string> TimesOf(LiveOutcome outcome) =>
        RefinedWords(outcome).Select(word => $"{word.Start} {word.End} {word.Text}");

    private static IEnumerable<Word> RefinedWords(LiveOutcome outcome) => outcome.Finals.SelectMany(
        final => outcome.Responses.Single(one => one.Refinement?.ResultId == final.ResultId).Refinement.Words);
}
