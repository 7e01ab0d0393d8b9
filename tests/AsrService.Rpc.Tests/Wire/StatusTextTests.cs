using AsrService.Rpc.Wire;

namespace AsrService.Rpc.Tests.Wire;

[Trait("Category", "Unit")]
public class StatusTextTests
{
    [Theory]
    [InlineData("plain text, with ~!", "plain text, with ~!")]
    [InlineData("100 %", "100 %25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("é☺😈", "%C3%A9%E2%98%BA%F0%9F%98%88")]
    [InlineData("", "")]
    public void Encode_Text_IsPercentEncodedUtf8(string text, string encoded)
    {
        Assert.Equal(encoded, StatusText.Encode(text));
        Assert.Equal(text, StatusText.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("50%% %41", "50%% A")]
    [InlineData("%e2%98%ba", "☺")]
    [InlineData("%FF", "\uFFFD")]
    public void Decode_Malformed_KeepsWhatItCannotRead(string encoded, string text) =>
        Assert.Equal(text, StatusText.Decode(encoded));

    [Fact]
    public void Encode_LoneSurrogate_IsReplaced() => Assert.Equal("%EF%BF%BD", StatusText.Encode("\uD800"));
}
