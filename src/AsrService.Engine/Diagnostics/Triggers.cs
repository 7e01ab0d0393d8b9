using AsrService.Audio;

namespace AsrService.Engine.Diagnostics;

/// <summary>What ended a segment, as the label <c>trigger</c> has it.</summary>
internal static class Triggers
{
    public static string Of(SegmentEndReason reason) => reason switch
    {
        SegmentEndReason.Endpoint => "vad",
        SegmentEndReason.Finalize => "client",
        SegmentEndReason.AudioEnd => "eof",
        _ => "max_length",
    };
}
