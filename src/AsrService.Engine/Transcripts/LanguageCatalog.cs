using System.Diagnostics.CodeAnalysis;

namespace AsrService.Engine.Transcripts;

/// <summary>The 30 languages of the model, and how callers may name them.</summary>
public static class LanguageCatalog
{
    /// <summary>All languages in the order of the reference's list.</summary>
    public static IReadOnlyList<Language> All { get; } =
    [
        new("zh", "Chinese", CanAlign: true),
        new("en", "English", CanAlign: true),
        new("yue", "Cantonese", CanAlign: true),
        new("ar", "Arabic", CanAlign: false),
        new("de", "German", CanAlign: true),
        new("fr", "French", CanAlign: true),
        new("es", "Spanish", CanAlign: true),
        new("pt", "Portuguese", CanAlign: true),
        new("id", "Indonesian", CanAlign: false),
        new("it", "Italian", CanAlign: true),
        new("ko", "Korean", CanAlign: true),
        new("ru", "Russian", CanAlign: true),
        new("th", "Thai", CanAlign: false),
        new("vi", "Vietnamese", CanAlign: false),
        new("ja", "Japanese", CanAlign: true),
        new("tr", "Turkish", CanAlign: false),
        new("hi", "Hindi", CanAlign: false),
        new("ms", "Malay", CanAlign: false),
        new("nl", "Dutch", CanAlign: false),
        new("sv", "Swedish", CanAlign: false),
        new("da", "Danish", CanAlign: false),
        new("fi", "Finnish", CanAlign: false),
        new("pl", "Polish", CanAlign: false),
        new("cs", "Czech", CanAlign: false),
        new("fil", "Filipino", CanAlign: false),
        new("fa", "Persian", CanAlign: false),
        new("el", "Greek", CanAlign: false),
        new("ro", "Romanian", CanAlign: false),
        new("hu", "Hungarian", CanAlign: false),
        new("mk", "Macedonian", CanAlign: false),
    ];

    private static readonly Dictionary<string, Language> ByKey = BuildKeys(); // below All, which it reads

    /// <summary>What a caller may say, for messages: <c>Chinese (zh), English (en), …</c></summary>
    public static string ValidNames { get; } = string.Join(", ", All.Select(one => $"{one.Name} ({one.Code})"));

    /// <summary>
    /// The language that a name or a BCP-47 tag means, whatever its case: "english", "en-US", "zh-Hans-CN". Script,
    /// variant and region do not matter, but for one choice of ours: Chinese of Hong Kong and Macao (zh-HK, zh-MO) is
    /// taken as Cantonese, which is what is spoken there; say zh or cmn-HK for Mandarin. Other Chinese dialects
    /// (zh-nan, zh-wuu) are recognised under Chinese. "tl" is Filipino, "zh-yue" Cantonese, "cmn" Chinese, "in"
    /// Indonesian. An underscore does for a hyphen.
    /// </summary>
    /// <returns>False for what is neither; <paramref name="language"/> is then null.</returns>
    public static bool TryResolve(string? tagOrName, [NotNullWhen(true)] out Language? language)
    {
        language = null;
        string[] subtags = (tagOrName ?? "").Trim().Replace('_', '-').Split('-');
        if (!ByKey.TryGetValue(subtags[0], out var primary)) return false;

        bool isName = subtags[0].Length > 3; // names take nothing behind them: no "English-US"
        if (subtags.Length > 1 && (isName || !Array.TrueForAll(subtags, IsSubtag))) return false;

        bool isCantonese = primary.Code == "zh" && IsCantonese(subtags);
        language = isCantonese ? ByKey["yue"] : primary;
        return true;
    }

    /// <summary>zh-yue, zh-HK, zh-Hant-MO; not cmn-HK, and nothing behind a private-use or extension subtag.</summary>
    private static bool IsCantonese(string[] subtags)
    {
        if (!subtags[0].Equals("zh", StringComparison.OrdinalIgnoreCase)) return false;
        if (subtags.Contains("cmn", StringComparer.OrdinalIgnoreCase)) return false;
        return subtags.TakeWhile(subtag => subtag.Length > 1)
            .Any(subtag => subtag.ToUpperInvariant() is "YUE" or "HK" or "MO");
    }

    private static bool IsSubtag(string subtag) =>
        subtag.Length is >= 1 and <= 8 && subtag.All(char.IsAsciiLetterOrDigit);

    private static Dictionary<string, Language> BuildKeys()
    {
        var keys = new Dictionary<string, Language>(StringComparer.OrdinalIgnoreCase);
        foreach (var language in All)
        {
            keys.Add(language.Code, language);
            keys.Add(language.Name, language);
        }

        keys.Add("cmn", keys["zh"]);
        keys.Add("tl", keys["fil"]);
        keys.Add("tgl", keys["fil"]);
        keys.Add("in", keys["id"]); // the code of Indonesian before 1989, still sent by Java
        return keys;
    }
}
