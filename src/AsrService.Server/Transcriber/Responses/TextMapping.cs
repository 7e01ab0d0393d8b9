using AsrService.Engine.Decoding;
using AsrService.Engine.StructuredTranscripts;
using AsrService.Engine.Transcripts;
using AsrService.Hosting;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>What results and segments have in common, to the wire.</summary>
internal static class TextMapping
{
    /// <summary>Words of a partial.</summary>
    public static IEnumerable<V1.Word> Partial(IEnumerable<TranscriptWord> words) =>
        words.Select(word => ToMessage(word, isFiller: false, V1.WordTiming.Estimated));

    /// <summary>All words of a final or a segment.</summary>
    public static IEnumerable<V1.Word> Whole(
        IReadOnlyList<TranscriptWord> words, Language? language, V1.WordTiming timing = V1.WordTiming.Estimated)
    {
        bool[] fillers = FillerWords.Of(language).Find(words);
        return words.Select((word, i) => ToMessage(word, fillers[i], timing));
    }

    /// <inheritdoc cref="ModelMessages.Of(Language?, float?)"/>
    public static V1.Language ToMessage(Language? language, float? probability) => ModelMessages.Of(language, probability);

    public static IEnumerable<V1.QualityFlag> FlagsOf(SegmentRemarks remarks)
    {
        if (remarks.HasFlag(SegmentRemarks.NonSpeech)) yield return V1.QualityFlag.NonSpeech;
        if (remarks.HasFlag(SegmentRemarks.RepetitionCut)) yield return V1.QualityFlag.RepetitionCut;
        if (remarks.HasFlag(SegmentRemarks.ContextEcho)) yield return V1.QualityFlag.ContextEcho;
        if (remarks.HasFlag(SegmentRemarks.Truncated)) yield return V1.QualityFlag.TokenBudget;
        if (remarks.HasFlag(SegmentRemarks.LowConfidence)) yield return V1.QualityFlag.LowConfidence;
        if (remarks.HasFlag(SegmentRemarks.ClippedAudio)) yield return V1.QualityFlag.ClippedAudio;
    }

    private static V1.Word ToMessage(TranscriptWord word, bool isFiller, V1.WordTiming timing)
    {
        var message = new V1.Word
        {
            Text = word.Text,
            Start = Duration.FromTimeSpan(word.Start),
            End = Duration.FromTimeSpan(word.End),
            Timing = timing,
            IsStable = word.IsStable,
            IsFiller = isFiller,
        };
        if (word.Confidence is { } confidence) message.Confidence = confidence;
        return message;
    }
}
