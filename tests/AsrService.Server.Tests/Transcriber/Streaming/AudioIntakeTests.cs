using System.Runtime.InteropServices;
using AsrService.Audio;
using AsrService.Hosting;
using AsrService.Server.Transcriber;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Tests.Transcriber.Streaming;

[Trait("Category", "Unit")]
public class AudioIntakeTests
{
    [Fact]
    public void Take_WithoutSequence_FollowsTheOneBefore()
    {
        var intake = Intake(SampleEncoding.S16);

        Assert.Equal([1 / 32768f, 2 / 32768f], intake.Take(Shorts(null, 1, 2)).Samples.ToArray());
        Assert.Equal([3 / 32768f], intake.Take(Shorts(null, 3)).Samples.ToArray());
        Assert.Equal(3, intake.Next);
    }

    [Fact]
    public void Take_ResentInAnotherCut_DiscardsWhatIsThere()
    {
        var intake = Intake(SampleEncoding.S16);
        intake.Take(Shorts(0, 0, 1, 2, 3));

        Assert.Empty(intake.Take(Shorts(1, 1, 2)).Samples.ToArray());
        Assert.Equal([4 / 32768f], intake.Take(Shorts(2, 2, 3, 4)).Samples.ToArray());
        Assert.Equal(5, intake.Next);
    }

    [Fact]
    public void Take_AGap_IsOutOfRangeWithTheSequenceExpected()
    {
        var intake = Intake(SampleEncoding.S16);
        intake.Take(Shorts(null, 1, 2));

        foreach (ulong sequence in new[] { 3ul, ulong.MaxValue })
        {
            var status = Assert.Throws<RpcException>(() => intake.Take(Shorts(sequence, 5))).GetRpcStatus()!;
            Assert.Equal((int)StatusCode.OutOfRange, status.Code);
            Assert.Equal("2", status.GetDetail<ErrorInfo>()!.Metadata["expected_sequence"]);
        }

        Assert.Throws<RpcException>(() => intake.Take(new V1.Silence { Sequence = 3, Duration = Seconds(1) }));
    }

    [Fact]
    public void Take_NoBytes_OnlyProvesLife() => Assert.Equal(0, Intake(SampleEncoding.S16).Take(new V1.AudioChunk()).Count);

    [Theory]
    [InlineData(SampleEncoding.S16, 1, 3)]
    [InlineData(SampleEncoding.S16, 2, 2)]
    [InlineData(SampleEncoding.F32, 1, 6)]
    [InlineData(SampleEncoding.MuLaw, 3, 4)]
    [InlineData(SampleEncoding.S16, 1, 65_538)]
    public void Take_TornOrTooLong_IsABadValue(SampleEncoding encoding, int channels, int bytes) =>
        AssertBad("audio.data", () => Intake(encoding, channels).Take(new V1.AudioChunk { Data = ByteString.CopyFrom(new byte[bytes]) }));

    [Fact]
    public void Take_FloatsBeyondFullScale_AreClipped()
    {
        var intake = Intake(SampleEncoding.F32);

        Assert.Equal([1, -1, 0.5f], intake.Take(Floats(1.5f, -9, 0.5f)).Samples.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Take_NotFinite_IsABadValue(float sample) =>
        AssertBad("audio.data", () => Intake(SampleEncoding.F32).Take(Floats(0, sample)));

    [Theory]
    [InlineData(SampleEncoding.MuLaw)]
    [InlineData(SampleEncoding.ALaw)]
    public void Take_G711_Decodes(SampleEncoding encoding)
    {
        byte[] codes = [0, 127, 128, 255];
        var expected = new float[4];
        PcmDecoder.Decode(encoding, codes, expected);

        Assert.Equal(expected, Intake(encoding).Take(new V1.AudioChunk { Data = ByteString.CopyFrom(codes) }).Samples.ToArray());
    }

    [Fact]
    public void Take_Silence_CountsAndOverlapsLikeSound()
    {
        var intake = Intake(SampleEncoding.S16);
        intake.Take(Shorts(null, 1, 2));

        Assert.Equal(15_999, intake.Take(new V1.Silence { Sequence = 1, Duration = Seconds(1) }).Count);
        Assert.Equal(16_001, intake.Next);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(30, 1)]
    [InlineData(0, 62_499)]
    public void Take_SilenceOutOfItsRange_IsABadValue(long seconds, int nanos) => AssertBad(
        "silence.duration",
        () => Intake(SampleEncoding.S16).Take(new V1.Silence { Duration = new Duration { Seconds = seconds, Nanos = nanos } }));

    [Fact]
    public void Take_BeyondTheSessionLimit_TakesWhatFits()
    {
        var intake = new AudioIntake(
            new RawFormat(SampleEncoding.S16, 16_000, 1), new LimitOptions { MaxSession = TimeSpan.FromSeconds(1) });

        Assert.False(intake.Take(new V1.Silence { Duration = Seconds(1) }).ReachesLimit);
        var last = intake.Take(Shorts(15_999, 1, 2));
        Assert.True(last.ReachesLimit);
        Assert.Equal(0, last.Count);
        Assert.Equal(16_000, intake.Next);
    }

    private static AudioIntake Intake(SampleEncoding encoding, int channels = 1) =>
        new(new RawFormat(encoding, 16_000, channels), new LimitOptions());

    private static V1.AudioChunk Shorts(ulong? sequence, params short[] samples)
    {
        var chunk = new V1.AudioChunk { Data = ByteString.CopyFrom(MemoryMarshal.AsBytes<short>(samples)) };
        if (sequence is { } first) chunk.Sequence = first;
        return chunk;
    }

    private static V1.AudioChunk Floats(params float[] samples) =>
        new() { Data = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(samples)) };

    private static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));

    private static void AssertBad(string field, Action take)
    {
        var status = Assert.Throws<RpcException>(take).GetRpcStatus()!;
        Assert.Equal((int)StatusCode.InvalidArgument, status.Code);
        Assert.Equal(field, Assert.Single(status.GetDetail<BadRequest>()!.FieldViolations).Field);
    }
}
