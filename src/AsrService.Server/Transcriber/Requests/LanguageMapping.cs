using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using AsrService.Hosting;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>Which languages to expect, from the wire and back.</summary>
internal static class LanguageMapping
{
    private const int MaxLanguages = 30;

    public static LanguageOptions Read(V1.LanguageOptions? options, ModelFacts model, Violations.Field field)
    {
        if (options is null) return LanguageOptions.Default;
        int count = options.Languages.Count;
        if (count > MaxLanguages) field["languages"].Refuse($"{count} languages; at most {MaxLanguages}.");

        var languages = new List<Language>();
        for (int i = 0; i < Math.Min(count, MaxLanguages); i++)
        {
            var found = LanguageField.Find(options.Languages[i], model.Name, model.Languages, field["languages"][i]);
            if (found is not null && !languages.Contains(found)) languages.Add(found);
        }

        LanguageMode? mode = options.Mode switch
        {
            V1.LanguageMode.Unspecified => languages.Count == 1 ? LanguageMode.Force : LanguageMode.Detect,
            V1.LanguageMode.Detect => LanguageMode.Detect,
            V1.LanguageMode.Force => LanguageMode.Force,
            V1.LanguageMode.LockAfterFirst => LanguageMode.LockAfterFirst,
            _ => null,
        };
        if (mode is null) field["mode"].Refuse($"{options.Mode} is not one of DETECT, FORCE, LOCK_AFTER_FIRST.");
        if (options.Mode == V1.LanguageMode.Force && count != 1)
            field["mode"].Refuse($"FORCE takes exactly one language; {count} are given.");
        return new LanguageOptions(mode ?? LanguageMode.Detect, languages);
    }

    public static V1.LanguageOptions ToMessage(LanguageOptions options) => new()
    {
        Mode = options.Mode switch
        {
            LanguageMode.Force => V1.LanguageMode.Force,
            LanguageMode.LockAfterFirst => V1.LanguageMode.LockAfterFirst,
            _ => V1.LanguageMode.Detect,
        },
        Languages = { options.Languages.Select(language => language.Code) },
    };
}
