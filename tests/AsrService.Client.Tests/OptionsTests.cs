namespace AsrService.Client.Tests;

[Trait("Category", "Unit")]
public class OptionsTests
{
    private const string Address = "http://127.0.0.1:1";

    [Fact]
    public void ClientOptions_OutOfTheirRanges_AreRefusedByName()
    {
        AssertRefused(nameof(AsrClientOptions.AnswerTimeout), new() { AnswerTimeout = TimeSpan.FromMilliseconds(999) });
        AssertRefused(nameof(AsrClientOptions.AnswerTimeout), new() { AnswerTimeout = TimeSpan.FromMinutes(11) });
        AssertRefused(nameof(ReconnectOptions.FirstDelay), new() { Reconnect = new() { FirstDelay = TimeSpan.Zero } });
        AssertRefused(nameof(ReconnectOptions.FirstDelay), new() { Reconnect = new() { FirstDelay = TimeSpan.FromMinutes(2) } });
        AssertRefused(nameof(ReconnectOptions.MaxDelay), new() { Reconnect = new() { MaxDelay = TimeSpan.FromMilliseconds(199) } });
        AssertRefused(nameof(ReconnectOptions.MaxDelay), new() { Reconnect = new() { MaxDelay = TimeSpan.FromMinutes(11) } });
        AssertRefused(nameof(ReconnectOptions.GiveUpAfter), new() { Reconnect = new() { GiveUpAfter = TimeSpan.Zero } });
        AssertRefused(nameof(ReconnectOptions.GiveUpAfter), new() { Reconnect = new() { GiveUpAfter = TimeSpan.FromHours(25) } });
        AssertRefused(nameof(ReconnectOptions.DeadAfter), new() { Reconnect = new() { DeadAfter = TimeSpan.FromSeconds(5) } });
        AssertRefused(nameof(ReconnectOptions.DeadAfter), new() { Reconnect = new() { DeadAfter = TimeSpan.FromMinutes(11) } });

        static void AssertRefused(string name, AsrClientOptions options) =>
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => new AsrClient(Address, options)).ParamName);
    }

    [Fact]
    public async Task StreamOptions_OutOfTheirRanges_AreRefusedByName()
    {
        await using var client = new AsrClient(Address);

        await AssertRefusedAsync("MaxUnsent", new() { MaxUnsent = TimeSpan.FromMilliseconds(999) });
        await AssertRefusedAsync("MaxUnsent", new() { MaxUnsent = TimeSpan.FromMinutes(11), MaxKept = TimeSpan.FromMinutes(20) });
        await AssertRefusedAsync("MaxKept", new() { MaxKept = TimeSpan.FromSeconds(64) });
        await AssertRefusedAsync("MaxKept", new() { MaxKept = TimeSpan.FromMinutes(31) });
        await AssertRefusedAsync("MaxKept", new() { MaxUnsent = TimeSpan.FromMinutes(3) });
        await AssertRefusedAsync("Format", new() { Format = new(AudioEncoding.Container, 16_000) });
        await AssertRefusedAsync("Format", new() { Format = new(AudioEncoding.Pcm16, 16_000, 0) });

        async Task AssertRefusedAsync(string name, StreamOptions options) =>
            Assert.Equal(name, (await Assert.ThrowsAnyAsync<ArgumentException>(() => client.StreamAsync(options))).ParamName);
    }
}
