using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting.Tests.Options;

[Trait("Category", "Unit")]
public class AsrOptionsTests
{
    [Fact]
    public void Value_NothingSet_IsTheDefaults()
    {
        var options = Read();

        Assert.Equal(65_536, options.Limits.MaxAudioMessageBytes);
        Assert.Equal(4_194_304, options.Limits.MaxMessageBytes);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Limits.MaxIdle);
        Assert.Equal(TimeSpan.FromHours(4), options.Limits.MaxSession);
        Assert.Equal(128, options.Engine.MaxChannels);
        Assert.False(options.Auth.AllowAnonymous);
        Assert.Empty(options.Models);
    }

    [Theory]
    [InlineData("Asr:Limits:MaxAudioMessageBytes", "1024", "1048576", "1023", "1048577")]
    [InlineData("Asr:Limits:MaxMessageBytes", "65537", "67108864", "65535", "67108865")]
    [InlineData("Asr:Limits:MaxCalls", "1", "65536", "0", "65537")]
    [InlineData("Asr:Limits:MaxReceive", "00:00:01", "01:00:00", "00:00:00.9", "01:00:01")]
    [InlineData("Asr:Quotas:MaxStreams", "0", "65536", "-1", "65537")]
    [InlineData("Asr:Quotas:MaxAudio", "00:00:00", "10000.00:00:00", "-00:00:01", "10001.00:00:00")]
    [InlineData("Asr:Quotas:Window", "00:01:00", "1.00:00:00", "00:00:59", "1.00:00:01")]
    [InlineData("Asr:Quotas:Tenants:acme:MaxStreams", "0", "65536", "-1", "65537")]
    [InlineData("Asr:Quotas:Tenants:acme:MaxAudio", "00:00:00", "10000.00:00:00", "-00:00:01", "10001.00:00:00")]
    [InlineData("Asr:Limits:MaxBufferedAudio", "00:00:03", "00:05:00", "00:00:02.9", "00:05:01")]
    [InlineData("Asr:Limits:MaxIdle", "00:00:01", "01:00:00", "00:00:00", "30")]
    [InlineData("Asr:Limits:MaxSession", "00:00:01", "1.00:00:00", "00:00:00", "1.00:00:01")]
    [InlineData("Asr:Limits:ResumePeriod", "00:00:01", "01:00:00", "00:00:00", "01:00:01")]
    [InlineData("Asr:Limits:MaxTranscribeAudio", "00:00:01", "00:10:00", "00:00:00", "00:10:01")]
    [InlineData("Asr:Limits:MaxFileAudio", "00:00:01", "1.00:00:00", "-00:00:01", "2.00:00:00")]
    [InlineData("Asr:Limits:MaxFileBytes", "1024", "1099511627776", "0", "1099511627777")]
    [InlineData("Asr:Engine:MaxChannels", "1", "128", "0", "129")]
    [InlineData("Asr:Engine:MaxFiles", "1", "64", "0", "65")]
    [InlineData("Asr:Engine:Threads", "0", "1024", "-1", "1025")]
    [InlineData("Asr:Engine:MaxKvBytes", "1048576", "1099511627776", "1048575", "1099511627777")]
    [InlineData("Asr:Engine:StepBudget", "00:00:00.010", "00:00:02", "00:00:00.009", "00:00:02.001")]
    [InlineData("Asr:Aligner:Address", "http://127.0.0.1:50052", "unix:/run/aligner.sock", "127.0.0.1:50052", "ftp://aligner.example")]
    [InlineData("Asr:Drain:GracePeriod", "00:00:00", "1.00:00:00", "-00:00:01", "1.00:00:01")]
    [InlineData("Asr:Resume:Key", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAA", "no base64")]
    public void Value_ASetting_IsHeldToItsRange(string setting, string least, string most, string below, string above)
    {
        Read((setting, least));
        Read((setting, most), ("Asr:Limits:MaxMessageBytes", setting.EndsWith("MaxMessageBytes", StringComparison.Ordinal) ? most : "4194304"));
        foreach (string bad in new[] { below, above })
        {
            var failure = Assert.Throws<OptionsValidationException>(() => Read((setting, bad)));
            Assert.Contains(failure.Failures, text => text.StartsWith(setting + ": ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Value_SeveralMistakes_NamesAll()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(
            ("Asr:Limits:MaxIdle", "00:00:00"), ("Asr:Engine:MaxChannels", "0"), ("Asr:Limits:MaxIdel", "1"), ("Asr:Model", "x"),
            ("Kestrel:Endpoints:Grpc:Url", "http://0.0.0.0:1")));

        Assert.Collection(
            failure.Failures.Order(StringComparer.Ordinal),
            text => Assert.StartsWith("Asr:Engine:MaxChannels: 0 is not in 1 to 128.", text, StringComparison.Ordinal),
            text => Assert.StartsWith("Asr:Limits:MaxIdel: there is no such setting", text, StringComparison.Ordinal),
            text => Assert.StartsWith("Asr:Limits:MaxIdle: 00:00:00 is not in", text, StringComparison.Ordinal),
            text => Assert.StartsWith("Asr:Model: there is no such setting", text, StringComparison.Ordinal),
            text => Assert.StartsWith("Kestrel:Endpoints:Grpc:Url: ", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Asr:Limits:MaxAudioMessageBytes", "65536", "Asr:Limits:MaxMessageBytes", "65536")]
    [InlineData("Asr:Models:0:Path", "a", "Asr:Models:1:Path", "b")]
    [InlineData("Asr:Aligner:Path", "a", "Asr:Aligner:Address", "http://127.0.0.1:50052")]
    [InlineData("Asr:Models:0:Path", "", "Asr:Models:0:Name", "b")]
    [InlineData("Asr:Quotas:Tenants:acme:MaxStreams", "1", "Asr:Quotas:Tenants:acme:MaxStream", "1")]
    [InlineData("Kestrel:Limits:MaxConcurrentConnections", "many", "Asr:Limits:MaxIdle", "00:00:30")]
    [InlineData("Kestrel:Limits:MaxConcurrentConnections", "0", "Asr:Limits:MaxIdle", "00:00:30")]
    [InlineData("Kestrel:Limits:MaxConnections", "10", "Asr:Limits:MaxIdle", "00:00:30")]
    public void Value_SettingsThatDoNotGoTogether_Fails(string one, string value, string other, string otherValue) =>
        Assert.Throws<OptionsValidationException>(() => Read((one, value), (other, otherValue)));

    internal static AsrOptions Read(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (name, value) in settings) values[name] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection();
        services.AddAsrHosting(configuration, new HealthNames());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<AsrOptions>>().Value;
    }
}
