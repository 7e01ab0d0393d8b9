using System.Collections.Concurrent;
using System.Diagnostics;
using AsrService.Engine.Diagnostics;
using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Diagnostics;

[Trait("Category", "Unit")]
public class EngineTracingTests
{
    [Fact]
    public async Task Session_WhileSomebodyListens_HasDecodingsLinkedToSteps()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var script = new LiveScript();
        using var request = new Activity("request").Start();

        await LiveEngine.StreamAsync(script.Engine, LiveScript.Phrases(7), new SessionOptions(), _ => 1600, isPaced: true);
        await script.Engine.WhenIdleAsync();

        var own = ended.Where(span => span.TraceId == request.TraceId).ToList(); // other tests have sessions, too
        var session = Assert.Single(own, span => span.OperationName == "asr.session");
        Assert.Equal(request.SpanId, session.ParentSpanId);
        Assert.Equal(7.0, session.GetTagItem("asr.cursor.final"));
        var decodings = own.Where(span => span.OperationName is "asr.refresh" or "asr.final").ToList();
        Assert.Contains(decodings, span => span.OperationName == "asr.refresh");
        Assert.Single(decodings, span => span.OperationName == "asr.final");
        var steps = ended.Where(span => span.OperationName == "asr.batch.step").Select(span => span.SpanId).ToHashSet();
        Assert.All(decodings, span => Assert.Equal(session.SpanId, span.ParentSpanId));
        Assert.All(decodings, span => Assert.NotEmpty(span.Links));
        Assert.All(decodings.SelectMany(span => span.Links), link => Assert.Contains(link.Context.SpanId, steps));
        Assert.All(own, span => Assert.All(span.TagObjects, tag => Assert.True(tag.Value is int or double, tag.Key)));
    }
}
