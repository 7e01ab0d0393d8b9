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

    [Fact]
    public void Value_SettingsOfEveryKind_AreRead()
    {
        var options = Read(
            ("Asr:Models:0:Path", "here"), ("asr:limits:maxidle", "00:01:30"), ("Asr:Engine:Weights", "f32"),
            ("Asr:Engine:MaxKvBytes", "1099511627776"), ("Asr:Auth:AllowAnonymous", "true"));

        Assert.Equal("here", Assert.Single(options.Models).Path);
        Assert.Equal(TimeSpan.FromSeconds(90), options.Limits.MaxIdle);
        Assert.Equal(WeightFormat.F32, options.Engine.Weights);
        Assert.Equal(1L << 40, options.Engine.MaxKvBytes);
        Assert.True(options.Auth.AllowAnonymous);
    }

    [Fact]
    public void Value_SeveralMistakes_NamesAll()
    {
        var mistakes = Startup.Mistakes(
            ("Asr:Limits:MaxIdle", "00:00:00"), ("Asr:Engine:MaxChannels", "0"), ("Asr:Engine:Threads", "all"),
            ("Asr:Limits:MaxIdel", "1"), ("Asr:Model", "x"), ("Kestrel:Endpoints:Grpc:Url", "http://0.0.0.0:1"));

        Assert.Collection(
            mistakes.Order(StringComparer.Ordinal),
            text => Assert.StartsWith("Asr:Engine:MaxChannels: 0 is not in 1 to 128.", text, StringComparison.Ordinal),
            text => Assert.StartsWith("Asr:Engine:Threads: \"all\" is not a whole number", text, StringComparison.Ordinal),
            text => Assert.StartsWith("Asr:Limits:MaxIdel: there is no such setting", text, StringComparison.Ordinal),
            text => Assert.StartsWith("Asr:Limits:MaxIdle: 00:00:00 is not in", text, StringComparison.Ordinal),
            text => Assert.StartsWith("Asr:Model: there is no such setting", text, StringComparison.Ordinal),
            text => Assert.StartsWith("Kestrel:Endpoints:Grpc:Url: ", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", true)]
    [InlineData("AAAA", false)]
    [InlineData("no base64", false)]
    public void Value_ResumeKey_IsBase64OfEnoughBytesAndNeverTold(string key, bool isTaken)
    {
        var mistakes = Startup.Mistakes(("Asr:Resume:Key", key));

        Assert.Equal(isTaken ? [] : ["Asr:Resume:Key: is not base64 of at least 32 bytes."], mistakes);
    }

    [Theory]
    [InlineData("http://127.0.0.1:50052", true)]
    [InlineData("https://aligner.example", true)]
    [InlineData("127.0.0.1:50052", false)]
    [InlineData("ftp://aligner.example", false)]
    public void Value_AlignersAddress_IsOne(string address, bool isTaken) =>
        Assert.Equal(isTaken, Startup.Mistakes(("Asr:Aligner:Address", address)).Count == 0);

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
        Assert.NotEmpty(Startup.Mistakes((one, value), (other, otherValue)));

    internal static AsrOptions Read(params (string Name, string Value)[] settings)
    {
        using var services = Startup.Services(settings);
        return services.GetRequiredService<IOptions<AsrOptions>>().Value;
    }
}
