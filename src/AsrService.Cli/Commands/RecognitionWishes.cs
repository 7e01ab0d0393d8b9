using AsrService.Contracts.V1;

namespace AsrService.Cli.Commands;

/// <summary>What commands tell a service about the speech to expect.</summary>
internal static class RecognitionWishes
{
    /// <param name="model">Name of a model; null for the service's first.</param>
    /// <param name="languages">One is forced, several are detected among, none means all.</param>
    /// <param name="terms">Names and terms.</param>
    /// <param name="context">Free text; null for none.</param>
    /// <param name="wordTimes">Aligned ones, where they are preferred and not to be had, are a warning every time.</param>
    /// <exception cref="UsageException">There is no such language.</exception>
    public static RecognitionOptions Of(
        string? model, IReadOnlyList<string> languages, IReadOnlyList<string> terms, string? context,
        WordTimes wordTimes = WordTimes.Estimated)
    {
        var options = new RecognitionOptions { Model = model ?? "", WordTimes = wordTimes };
        if (languages.Count > 0)
        {
            options.Language = new LanguageOptions();
            options.Language.Languages.Add(languages.Select(language => EngineOptions.ResolveLanguage(language)!.Code));
        }

        if (terms.Count > 0 || context is { Length: > 0 })
            options.Biasing = new Biasing { Terms = { terms }, Context = context ?? "" };
        return options;
    }
}
