namespace AsrService.Audio.Tests;

/// <summary>Says what it is told, whatever the samples.</summary>
/// <param name="isSpeech">Of each hop.</param>
/// <param name="minSpeechHops">Hops it takes to be sure of speech; shorter stretches are none.</param>
internal sealed class ScriptedDetector(Func<long, bool> isSpeech, int minSpeechHops = 1) : IVoiceActivityDetector
{
    private long _hop;
    private int _run;

    public int UndecidedHops => _run < minSpeechHops ? _run : 0;

    /// <summary>Speech in some ranges of hops.</summary>
    public static ScriptedDetector In(params Range[] hops) =>
        new(hop => hops.Any(range => hop >= range.Start.Value && hop < range.End.Value));

    public bool Process(ReadOnlySpan<float> hop)
    {
        Assert.Equal(160, hop.Length);
        _run = isSpeech(_hop++) ? _run + 1 : 0;
        return _run >= minSpeechHops;
    }

    public void Reset() => _hop = _run = 0;
}
