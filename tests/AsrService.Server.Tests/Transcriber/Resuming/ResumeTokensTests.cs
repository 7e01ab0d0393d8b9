using AsrService.Hosting;
using AsrService.Server.Transcriber;
using AsrService.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AsrService.Server.Tests.Transcriber.Resuming;

[Trait("Category", "Unit")]
public class ResumeTokensTests
{
    private static readonly ResumeToken Token = new("session", "tenant", 7, new byte[32], [1, 2, 3]);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Open_WhatWasSealed_IsTheSame()
    {
        var read = Make(1).Open(Make(1).Seal(Token), "session", "tenant");

        Assert.NotNull(read);
        Assert.Equal(Token.Origin, read.Origin);
        Assert.Equal(Token.ConfigHash, read.ConfigHash);
        Assert.Equal(Token.Checkpoint, read.Checkpoint);
    }

    [Fact]
    public void Open_AnyBitFlippedOrAnythingCutOff_IsNothing()
    {
        var tokens = Make(1);
        byte[] token = tokens.Seal(Token);
        for (int bit = 0; bit < token.Length * 8; bit++)
        {
            token[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(tokens.Open(token, "session", "tenant"));
            token[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < token.Length; length++)
        {
            Assert.Null(tokens.Open(token.AsSpan(0, length), "session", "tenant"));
            Assert.Null(tokens.Open(token.AsSpan(token.Length - length), "session", "tenant"));
        }

        Assert.Null(tokens.Open([.. token, 0], "session", "tenant"));
        Assert.Null(tokens.Open(new byte[100_000], "session", "tenant"));
    }

    [Fact]
    public void Open_AnotherKeySessionOrTenant_IsNothing()
    {
        byte[] token = Make(1).Seal(Token);

        Assert.Null(Make(2).Open(token, "session", "tenant"));
        Assert.Null(Make(1).Open(token, "another", "tenant"));
        Assert.Null(Make(1).Open(token, "session", ""));
        Assert.Null(Make(null).Open(Make(null).Seal(Token), "session", "tenant"));
    }

    [Fact]
    public void Open_AfterTheResumePeriod_IsNothing()
    {
        byte[] token = Make(1).Seal(Token);

        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(Make(1).Open(token, "session", "tenant"));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(Make(1).Open(token, "session", "tenant"));
    }

    private ResumeTokens Make(byte? key)
    {
        string text = key is { } value ? Convert.ToBase64String(Enumerable.Repeat(value, 32).ToArray()) : "";
        var options = new AsrOptions { Resume = new ResumeOptions { Key = text } };
        return new ResumeTokens(Options.Create(options), _clock, NullLogger<ResumeTokens>.Instance);
    }
}
