using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Transcripts;

[Trait("Category", "Unit")]
public sealed class LanguageCatalogTests
{
    [Theory]
    [InlineData("English", "English")]
    [InlineData("eNGLISH", "English")]
    [InlineData("INDONESIAN", "Indonesian")] // the dotless i of Turkish must not matter
    [InlineData(" zh ", "Chinese")]
    [InlineData("zh-CN", "Chinese")]
    [InlineData("zh-Hans-CN", "Chinese")]
    [InlineData("zh-TW", "Chinese")]
    [InlineData("zh_Hant_TW", "Chinese")]
    [InlineData("cmn-Hans", "Chinese")]
    [InlineData("cmn-HK", "Chinese")]
    [InlineData("zh-cmn-HK", "Chinese")]
    [InlineData("zh-nan", "Chinese")]
    [InlineData("zh-u-rg-hkzzzz", "Chinese")]
    [InlineData("zh-yue", "Cantonese")]
    [InlineData("yue-HK", "Cantonese")]
    [InlineData("zh-HK", "Cantonese")]
    [InlineData("zh-Hant-hk", "Cantonese")]
    [InlineData("zh-MO", "Cantonese")]
    [InlineData("en-US", "English")]
    [InlineData("EN-gb", "English")]
    [InlineData("en-HK", "English")]
    [InlineData("pt-BR", "Portuguese")]
    [InlineData("es-419", "Spanish")]
    [InlineData("tl", "Filipino")]
    [InlineData("fil-PH", "Filipino")]
    [InlineData("in-ID", "Indonesian")]
    public void TryResolve_TagOrName_GivesTheLanguage(string tagOrName, string name)
    {
        Assert.True(LanguageCatalog.TryResolve(tagOrName, out var language));
        Assert.Equal(name, language.Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("None")]
    [InlineData("auto")]
    [InlineData("sw")]
    [InlineData("eng")]
    [InlineData("en-")]
    [InlineData("en--US")]
    [InlineData("en US")]
    [InlineData("English-US")]
    [InlineData("en-waytoolongsubtag")]
    [InlineData("-en")]
    public void TryResolve_AnythingElse_IsRefused(string? tagOrName)
    {
        Assert.False(LanguageCatalog.TryResolve(tagOrName, out var language));
        Assert.Null(language);
    }

    [Fact]
    public void All_EveryLanguage_ResolvesByCodeAndName()
    {
        Assert.Equal(30, LanguageCatalog.All.Count);
        Assert.Equal(11, LanguageCatalog.All.Count(language => language.CanAlign));
        Assert.All(LanguageCatalog.All, language =>
        {
            Assert.True(LanguageCatalog.TryResolve(language.Code, out var byCode) && byCode == language);
            Assert.True(LanguageCatalog.TryResolve(language.Name, out var byName) && byName == language);
        });
        Assert.StartsWith("Chinese (zh), English (en), ", LanguageCatalog.ValidNames, StringComparison.Ordinal);
    }
}
