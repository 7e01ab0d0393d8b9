using System.Text;
using AsrService.Engine.Transcripts;

namespace AsrService.Hosting;

/// <summary>A field that names a language of a model, by BCP-47 tag or official name.</summary>
internal static class LanguageField
{
    private const int MaxBytes = 64;

    /// <summary>The language; null with a violation that lists the supported ones.</summary>
    /// <param name="name">As given.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="languages">What it knows.</param>
    /// <param name="field">Where the name stands.</param>
    public static Language? Find(string name, string model, IReadOnlyList<Language> languages, Violations.Field field)
    {
        int bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes is < 1 or > MaxBytes)
        {
            field.Refuse($"{bytes} bytes are not in 1 to {MaxBytes}.");
            return null;
        }

        if (LanguageCatalog.TryResolve(name, out var language) && languages.Contains(language)) return language;
        string supported = string.Join(", ", languages.Select(one => $"{one.Name} ({one.Code})"));
        field.Refuse($"\"{name}\" is not a language of {model}; supported: {supported}.");
        return null;
    }
}
