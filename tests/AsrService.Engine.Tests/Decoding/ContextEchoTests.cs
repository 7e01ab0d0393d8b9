using AsrService.Engine.Decoding;
using Xunit;

namespace AsrService.Engine.Tests.Decoding;

[Trait("Category", "Unit")]
public sealed class ContextEchoTests
{
    private static readonly SpeechEvidence Steady = new(-20, 1, 0, 3);
    private static readonly SpeechEvidence Speech = new(-20, 40, 2, 3);
    private static readonly SpeechEvidence Click = new(-20, 40, 0.05f, 3);

    [Theory]
    [InlineData("Redis, Kafka, Docker.", "Redis Kafka Docker")]
    [InlineData("kafka docker", "Redis, Kafka, Docker, MySQL")]
    [InlineData("Redis.", "Redis")]
    [InlineData("王明，李红。", "王明 李红")]
    [InlineData("王明李红", "同事：王明、李红")]
    [InlineData("二〇二四", "二〇二四年")]
    [InlineData("我们用Redis。", "我们用 Redis 做缓存")]
    public void IsEcho_ContextSaidBackOverSteadySound_IsDropped(string text, string context) =>
        Assert.True(ContextEcho.IsEcho(text, context, Steady));

    [Theory]
    [InlineData("Redis, Kafka, Docker.", "Redis Kafka Docker")]
    [InlineData("王明，李红。", "王明 李红")]
    [InlineData("Redis", "Redis")]
    public void IsEcho_TermsSpoken_Stay(string text, string context) =>
        Assert.False(ContextEcho.IsEcho(text, context, Speech));

    [Theory]
    [InlineData("We use Redis.", "Redis, Kafka")]
    [InlineData("Kafka, Redis.", "Redis, Kafka")]
    [InlineData("红明", "王明 李红")]
    [InlineData("", "Redis")]
    [InlineData("?!", "Redis")]
    [InlineData("Redis", "")]
    public void IsEcho_OtherWords_Stay(string text, string context) =>
        Assert.False(ContextEcho.IsEcho(text, context, Steady));

    [Fact]
    public void IsEcho_MoreWordsThanTheSoundHasTimeFor_IsDropped()
    {
        Assert.True(ContextEcho.IsEcho("one two three four", "one two three four five", Click));
        Assert.False(ContextEcho.IsEcho("one", "one two three four five", Click));
        Assert.True(ContextEcho.IsEcho("一二三四五六", "一二三四五六七", Click));
        Assert.False(ContextEcho.IsEcho("一二", "一二三四五六七", Click)); // two ideographs take the time of a word
    }
}
