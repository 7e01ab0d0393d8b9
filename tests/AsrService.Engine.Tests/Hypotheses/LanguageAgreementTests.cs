using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

[Trait("Category", "Unit")]
public class LanguageAgreementTests
{
    [Theory]
    [InlineData("en", null)]
    [InlineData("en zh en zh", null)]
    [InlineData("- -", null)]
    [InlineData("en - en", null)]
    [InlineData("en en", "en")]
    [InlineData("zh en en zh zh", "en")]
    public void Accept_Refreshes_DecidesAtTheFirstTwoInARow(string refreshes, string? expected)
    {
        var agreement = new LanguageAgreement();

        foreach (string code in refreshes.Split(' ')) agreement.Accept(Find(code), 0.5f);

        Assert.Equal(expected, agreement.Decided?.Code);
        Assert.Equal(expected is not null, agreement.Probability is not null);
    }

    [Fact]
    public void Probability_AfterAgreement_IsTheSecondRefreshes()
    {
        var agreement = new LanguageAgreement();

        foreach (float probability in (float[])[0.4f, 0.7f, 0.9f]) agreement.Accept(Find("en"), probability);

        Assert.Equal(0.7f, agreement.Probability);
    }

    private static Language? Find(string code) => LanguageCatalog.TryResolve(code, out var found) ? found : null;
}
