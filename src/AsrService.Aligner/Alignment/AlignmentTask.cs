using System.Text;
using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;
using AsrService.Hosting;
using Google.Protobuf;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Aligner;

/// <summary>One recording and its text, checked: what Align is about, and every segment of a stream.</summary>
/// <param name="audio">The recording.</param>
/// <param name="format">Of its bytes; null for a container.</param>
/// <param name="text">What is said.</param>
/// <param name="language">Of the text.</param>
internal sealed class AlignmentTask(ByteString audio, RawFormat? format, string text, Language language)
{
    private const int MaxTextBytes = 20_000;

    /// <summary>Checks the values.</summary>
    /// <returns>Null with a violation.</returns>
    public static AlignmentTask? Check(
        ByteString audio, RawFormat? format, string text, string language, AlignerContext context, Violations.Field field)
    {
        CheckAudio(audio.Length, format, context.MaxAudio, field["audio"]);
        int textBytes = Encoding.UTF8.GetByteCount(text);
        if (textBytes > MaxTextBytes) field["text"].Refuse($"{textBytes} bytes are more than {MaxTextBytes}.");
        var found = LanguageField.Find(language, context.Model.Name, context.Model.Languages, field["language"]);
        return found is null ? null : new AlignmentTask(audio, format, text, found);
    }

    /// <summary>Decodes and aligns.</summary>
    /// <param name="context">What it takes.</param>
    /// <param name="quota">Of the caller.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="RpcException">The recording cannot be decoded, or is too long.</exception>
    /// <exception cref="Engine.AsrException">The text does not fit, there is no place now, or the model failed.</exception>
    public async Task<V1.AlignResponse> RunAsync(AlignerContext context, QuotaLease quota, CancellationToken cancellationToken)
    {
        var clip = await context.Clips.ReadAsync(audio, format, context.MaxAudio, quota, cancellationToken);
        if (clip.Samples.IsEmpty) throw Refusals.BadValue("audio", "holds no samples.");
        var request = new AlignmentRequest(clip.Samples, text, language);
        var aligned = await context.Model.Aligner.AlignAsync(request, cancellationToken);
        return AlignmentMessages.Of(aligned, clip.Duration, context.Model);
    }

    private static void CheckAudio(int bytes, RawFormat? format, TimeSpan max, Violations.Field field)
    {
        if (bytes == 0) field.Refuse($"is empty.");
        else format?.CheckRecording(bytes, max, field);
    }
}
