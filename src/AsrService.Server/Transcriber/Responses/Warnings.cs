using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>The warnings of the contract; none holds a word of a transcript.</summary>
internal static class Warnings
{
    public static V1.Warning Resampled(int sampleRate) => Of(
        V1.WarningCode.Resampled, FormattableString.Invariant($"The audio has {sampleRate} Hz and is resampled to 16000 Hz."));

    public static V1.Warning BiasingTruncated() => Of(
        V1.WarningCode.BiasingTruncated, "Terms and context exceed what the model takes; the rest is not used.");

    public static V1.Warning WordTimesUnavailable(string cause, string resultId = "") => Of(
        V1.WarningCode.WordTimesUnavailable, $"{cause}; words keep estimated times.", resultId);

    public static V1.Warning LanguageSwitched(string from, string to, string resultId) => Of(
        V1.WarningCode.LanguageSwitched, $"The language changed from {from} to {to}.", resultId);

    private static V1.Warning Of(V1.WarningCode code, string message, string resultId = "") =>
        new() { Code = code, Message = message, ResultId = resultId };
}
