using AsrService.Engine.Decoding;
using AsrService.Engine.Transcripts;
using AsrService.TestKit;
using AsrService.Tokenizer;
using Xunit;

namespace AsrService.Engine.Tests.Decoding;

[Trait("Category", "Unit")]
public sealed class LanguageConstraintTests
{
    public static TheoryData<bool, string> Choices { get; } = new()
    {
        { false, "en" }, { false, "zh,en" }, { false, "mk,ms,yue,zh" }, { true, "en" }, { true, "zh,en" }, { true, "mk,ms,yue,zh,ro,ru" },
    };

    [Theory, MemberData(nameof(Choices))]
    public void After_AnyWayThrough_IsAnAllowedLanguageOrNone(bool isBundled, string codes)
    {
        var (tokenizer, transcript) = Load(isBundled);
        Language[] languages = [.. LanguageCatalog.All.Where(language => codes.Split(',').Contains(language.Code))];
        var constraint = new LanguageConstraint(tokenizer, transcript, languages);

        var found = new HashSet<string>();
        Walk(constraint, [], ids => found.Add(tokenizer.Decode(ids.ToArray())));

        Assert.Equal(
            languages.Select(language => $"language {language.Name}<asr_text>").Append("language None<asr_text>").Order(StringComparer.Ordinal),
            found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void After_TextAsLongAsABeginning_IsFree()
    {
        var (tokenizer, transcript) = Load(isBundled: false);
        var constraint = new LanguageConstraint(tokenizer, transcript, [LanguageCatalog.All[2]]);
        int[] none = [.. tokenizer.Encode("language None"), transcript];

        Assert.Null(constraint.After([.. none]));
        Assert.Null(constraint.After([.. none, .. tokenizer.Encode("hi")]));
    }

    [Theory]
    [InlineData("English", "English")]
    [InlineData("Macedonian", "")] // not allowed: what comes out is one of those that are
    public void DecodeSegment_RestrictedLanguages_NamesOneOfThem(string answered, string expected)
    {
        var (tokenizer, _) = Load(isBundled: false);
        var model = new ScriptedModel().Answer([.. tokenizer.Encode($"language {answered}<asr_text>Hi there.")]);
        var allowed = LanguageCatalog.All.Take(2).ToList();

        var result = new Recognizer(model, tokenizer).DecodeSegment(TestSignals.Syllables(2), new DecodingConfig { Languages = allowed });

        if (expected.Length > 0) Assert.Equal((expected, "Hi there."), (result.Language, result.Text));
        string start = tokenizer.Decode([.. result.TokenIds]);
        Assert.Contains(allowed.Select(language => language.Name).Append("None"), name => start.StartsWith($"language {name}<asr_text>", StringComparison.Ordinal));
    }

    private static void Walk(LanguageConstraint constraint, List<int> ids, Action<List<int>> complete)
    {
        if (constraint.After(ids) is not { } allowed)
        {
            complete(ids);
            return;
        }
        foreach (int id in allowed) Walk(constraint, [.. ids, id], complete);
    }

    private static (BpeTokenizer Tokenizer, int Transcript) Load(bool isBundled)
    {
        var tokenizer = isBundled ? BpeTokenizer.Load(DemoModel.Folder) : TinyBpe.Load();
        Assert.True(tokenizer.TryGetAddedToken("<asr_text>", out int id));
        return (tokenizer, id);
    }
}
