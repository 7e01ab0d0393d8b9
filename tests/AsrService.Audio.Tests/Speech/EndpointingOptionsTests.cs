namespace AsrService.Audio.Tests;

[Trait("Category", "Unit")]
public sealed class EndpointingOptionsTests
{
    private static EndpointingOptions Valid { get; } = new();

    public static TheoryData<string, EndpointingOptions> OutOfRange => new()
    {
        { "Mode", Valid with { Mode = (EndpointingMode)2 } },
        { "MinSilence", Valid with { MinSilence = TimeSpan.FromMilliseconds(99) } },
        { "MinSilence", Valid with { MinSilence = TimeSpan.FromMilliseconds(5001) } },
        { "MaxSegment", Valid with { MaxSegment = TimeSpan.FromSeconds(9.9) } },
        { "MaxSegment", Valid with { MaxSegment = TimeSpan.FromSeconds(30.1) } },
        { "SpeechPad", Valid with { SpeechPad = TimeSpan.FromMilliseconds(-1) } },
        { "SpeechPad", Valid with { SpeechPad = TimeSpan.FromMilliseconds(501) } },
    };

    [Theory, MemberData(nameof(OutOfRange))]
    public void Validate_OutOfRange_NamesOptionAndValue(string name, EndpointingOptions options)
    {
        var failure = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);

        Assert.Equal(name, failure.ParamName);
        Assert.NotNull(failure.ActualValue);
    }

    [Theory, InlineData(100, 10_000, 0), InlineData(500, 30_000, 200), InlineData(5000, 30_000, 500)]
    public void Validate_Limits_AreInRange(int silence, int max, int pad) => new EndpointingOptions
    {
        MinSilence = TimeSpan.FromMilliseconds(silence),
        MaxSegment = TimeSpan.FromMilliseconds(max),
        SpeechPad = TimeSpan.FromMilliseconds(pad),
    }.Validate();
}
