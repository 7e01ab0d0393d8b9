using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Hypotheses;

/// <summary>
/// The language that an open segment's partials show: the first that two refreshes in a row detected. The final does not
/// ask it.
/// </summary>
internal sealed class LanguageAgreement
{
    private Language? _newest;

    /// <summary>The language agreed on; null until then, and never changed again.</summary>
    public Language? Decided { get; private set; }

    /// <summary>Probability that the second of the two refreshes gave it; null where none was computed.</summary>
    public float? Probability { get; private set; }

    /// <summary>Takes the next refresh's language; null where the model named none.</summary>
    public void Accept(Language? language, float? probability)
    {
        if (Decided is null && language is not null && language == _newest) (Decided, Probability) = (language, probability);
        _newest = language;
    }
}
