using AsrService.Engine.Alignment;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

[Trait("Category", "Conformance")]
public sealed class AlignmentUnitsTests
{
    [Theory]
    [InlineData("Hello, world! It's 3.14 o'clock — don't.", "Hello|world|It's|314|o'clock|don't")]
    [InlineData("我用iPhone打电话 OK吗？", "我|用|iPhone|打|电|话|OK|吗")]
    [InlineData("well-known e-mail", "wellknown|email")]
    [InlineData("A.B.C.", "ABC")]
    [InlineData("100% sure", "100|sure")]
    [InlineData("\U00020000字 test", "\U00020000|字|test")]
    [InlineData("हिन्दी भाषा", "हनद|भष")]
    [InlineData("a_b c™ ²③", "ab|c|²③")]
    [InlineData("\u3000全角\u3000空格", "全|角|空|格")]
    [InlineData("l\u2019été", "lété")]
    [InlineData("\U0002F800x", "\U0002F800x")] // not in the reference's ranges
    public void Split_Vector_GivesItsUnits(string text, string units) => // testvectors.md, section 8
        Assert.Equal(units.Split('|'), Texts(text, "English"));

    [Theory]
    [InlineData("")]
    [InlineData(" — … !")]
    public void Split_NothingToSay_GivesNoUnits(string text)
    {
        Assert.Empty(AlignmentUnits.Split(text, null));
        Assert.Empty(AlignmentUnits.Split(text, "Japanese"));
        Assert.Empty(AlignmentUnits.Split(text, "Korean"));
    }

    [Theory]
    [InlineData("안녕하세요 여러분", "안녕|하세요|여러|분")]
    [InlineData("오늘은 날씨가 정말 좋습니다.", "오늘|은|날씨|가|정말|좋습|니다")]
    [InlineData("\"가나다\" 네, A!", "가|나다|네|A")] // punctuation counts when cutting, then goes
    public void Split_Korean_CutsBehindTheSecondCharacter(string text, string units) =>
        Assert.Equal(units.Split('|'), Texts(text, "KOREAN"));

    [Theory]
    [InlineData("私はコーヒーを飲みます。", "私|は|コーヒー|を|飲|みます")]
    [InlineData("時々 iPhone15で「あー」", "時々|iPhone15|で|あー")]
    [InlineData("か\u3099く", "がく")] // a separate voicing mark
    public void Split_Japanese_CutsWhereTheScriptChanges(string text, string units) =>
        Assert.Equal(units.Split('|'), Texts(text, "japanese"));

    [Theory]
    [InlineData("我係香港人，OK！", "Cantonese", "我|係|香|港|人|OK")]
    [InlineData("L'été, c'est déjà fini…", "French", "L'été|c'est|déjà|fini")]
    [InlineData("¿Qué tal? ¡Bien!", "Spanish", "Qué|tal|Bien")]
    [InlineData("Größe: 3,5 m²", "German", "Größe|35|m²")]
    [InlineData("Мы — дома. Ёлка!", "Russian", "Мы|дома|Ёлка")]
    [InlineData("Não é così?", "Portuguese", "Não|é|così")]
    public void Split_OtherLanguages_FollowTheDefaultRule(string text, string language, string units) =>
        Assert.Equal(units.Split('|'), Texts(text, language));

    [Theory]
    [InlineData("「well-known」我 用。", "English")]
    [InlineData("안녕하세요, 여러분!", "Korean")]
    [InlineData("か\u3099くせい、iPhone で。", "Japanese")]
    public void Split_Units_SayWhereTheyAre(string text, string language)
    {
        int end = 0;
        foreach (var unit in AlignmentUnits.Split(text, language))
        {
            Assert.InRange(unit.Start, end, unit.End - 1);
            end = unit.End;
            Assert.Equal(unit.Text, string.Concat(Texts(text[unit.Start..unit.End], "Japanese")));
        }
    }

    private static IEnumerable<string> Texts(string text, string? language) =>
        AlignmentUnits.Split(text, language).Select(unit => unit.Text);
}
