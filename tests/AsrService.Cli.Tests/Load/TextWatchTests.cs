using AsrService.Cli.Load;
using AsrService.Contracts.V1;
using Xunit;

namespace AsrService.Cli.Tests.Load;

[Trait("Category", "Unit")]
public class TextWatchTests
{
    private readonly TextWatch _watch = new();

    [Fact]
    public void Observe_GrowingText_RewritesNothing()
    {
        Partial("", "so we");
        Partial("so we ", "use");
        Final("so we use Redis.");

        Assert.Equal((5, 0, 0), (_watch.Shown, _watch.Rewritten, _watch.Violations));
        Assert.False(_watch.IsSegmentOpen);
    }

    [Fact]
    public void Observe_ChangedAndDroppedWords_AreCounted()
    {
        Partial("", "so we used 我们");
        Partial("", "so he");

        Assert.Equal((7, 4), (_watch.Shown, _watch.Rewritten));
        Assert.True(_watch.IsSegmentOpen);
    }

    [Fact]
    public void Observe_StableTextContradicted_IsAViolation()
    {
        Partial("so we ", "use");
        Partial("so he ", "uses");
        Partial("so ", "he");
        Final("well");

        Assert.Equal((3, 0), (_watch.Violations, _watch.FinalsReplacingStable));
    }

    [Fact]
    public void Observe_FinalThatSaysSo_ReplacesStableText()
    {
        Partial("so we ", "use");
        Final("well", replacesStable: true);
        Partial("anything", "", segment: "2");

        Assert.Equal((0, 1), (_watch.Violations, _watch.FinalsReplacingStable));
    }

    private void Partial(string stable, string tentative, string segment = "1") =>
        _watch.Observe(new Result { ResultId = segment, StableText = stable, TentativeText = tentative });

    private void Final(string text, bool replacesStable = false) =>
        _watch.Observe(new Result { ResultId = "1", StableText = text, IsFinal = true, ReplacesStable = replacesStable });
}
