namespace AsrService.Engine.LongForm;

/// <summary>One part of a recording, to be transcribed by itself.</summary>
/// <param name="Start">Its first sample, counted from the recording's first.</param>
/// <param name="Length">Samples of the recording in it; 0 only for an empty recording.</param>
/// <param name="PaddedLength">Samples to transcribe: <paramref name="Length"/>, or more, the rest being zeros.</param>
/// <param name="OffsetSeconds">
/// What to add to times within the piece: the lengths before it in seconds, summed one by one as the reference does, so
/// that rounded times agree.
/// </param>
public readonly record struct AudioPiece(long Start, int Length, int PaddedLength, double OffsetSeconds);
