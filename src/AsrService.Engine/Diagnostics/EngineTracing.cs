using System.Diagnostics;
using AsrService.Engine.Batching;
using AsrService.Engine.Sessions;

namespace AsrService.Engine.Diagnostics;

/// <summary>
/// Spans of source <c>Asr.Transcriber</c>: one for each live session, below it one for each decoding, and one for each
/// step of the batch loop, to which the decodings it served are linked. Places are times, and nobody's words are there.
/// </summary>
/// <remarks>Does nothing, and allocates nothing, while nobody listens.</remarks>
public static class EngineTracing
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "Asr.Transcriber";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of a session, below the one that is current, and makes it current for the caller's flow.</summary>
    internal static Activity? BeginSession(SessionOptions options)
    {
        var span = Source.StartActivity("asr.session");
        span?.SetTag("asr.channels", options.Channels).SetTag("asr.sample_rate", options.SampleRate);
        return span;
    }

    /// <summary>Ends the span of a session, on whatever thread that happens.</summary>
    internal static void EndSession(Activity? span, SessionCursors cursors, AsrException? fault)
    {
        if (span is null) return;
        span.SetTag("asr.cursor.received", cursors.Received.TotalSeconds);
        span.SetTag("asr.cursor.processed", cursors.Processed.TotalSeconds);
        span.SetTag("asr.cursor.final", cursors.Final.TotalSeconds);
        if (fault is not null) span.SetTag("error.type", fault.Failure.ToString()).SetStatus(ActivityStatusCode.Error);
        var current = Activity.Current; // ending sets it, and the thread may be the loop's
        span.Dispose();
        Activity.Current = current;
    }

    /// <summary>Begins the span of a decoding of a session's segment.</summary>
    internal static Activity? BeginDecoding(Activity? session, LiveSegment segment, bool isFinal)
    {
        if (session is null) return null;
        var current = Activity.Current;
        var span = Source.StartActivity(isFinal ? "asr.final" : "asr.refresh", ActivityKind.Internal, session.Context);
        Activity.Current = current; // it is the work's, not the loop's
        span?.SetTag("asr.segment", segment.Index).SetTag("asr.cursor.start", SampleTime.Of(segment.Start).TotalSeconds);
        return span?.SetTag("asr.cursor.end", SampleTime.Of(isFinal ? segment.End!.Value : segment.LastPoint).TotalSeconds);
    }

    /// <summary>Begins the span of a step, a trace of its own, as it serves many sessions.</summary>
    internal static Activity? BeginStep(int works)
    {
        if (!Source.HasListeners()) return null;
        Activity.Current = null;
        return Source.StartActivity("asr.batch.step")?.SetTag("asr.batch.decodings", works);
    }

    /// <summary>Links the decodings of a step to it, and ends it.</summary>
    internal static void EndStep(Activity? step, ReadOnlySpan<ModelLane> lanes)
    {
        if (step is null) return;
        foreach (var lane in lanes)
        {
            foreach (var work in lane.Works) work.Span?.AddLink(new ActivityLink(step.Context));
        }
        step.Dispose();
    }
}
