using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Transcripts;
using AsrService.Kernels;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

[Trait("Category", "Unit")]
public sealed class AdmissionTests
{
    [Theory]
    [InlineData(128)]
    [InlineData(3)]
    public void New_EnoughCache_HoldsAsManyChannelsAsAsked(int channels) =>
        Assert.Equal(channels, New(1 << 16, new EngineOptions { MaxChannels = channels }).ChannelCapacity);

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(777)]
    public void New_SmallCache_ChannelsAndAPieceFitTogether(int blocks)
    {
        var recognizer = NewRecognizer(blocks);
        var admission = New(recognizer);

        int channel = Positions(recognizer, 30, admission.MaxContextTokens), piece = admission.BlocksFor(recognizer, 35 * 16_000);
        Assert.InRange(admission.ChannelCapacity, 1, 127);
        Assert.True(admission.ChannelCapacity * KvGeometry.BlocksFor(channel) + piece <= blocks);
        Assert.True(admission.HasBlocks(this, piece));
        Assert.False(admission.HasBlocks(this, blocks));
    }

    [Fact]
    public void New_NoRoomForAChannel_Throws() =>
        Assert.Equal(AsrFailure.KvCacheExhausted, Assert.Throws<AsrException>(() => New(10)).Failure);

    [Fact]
    public void TakeChannels_BeyondCapacity_ThrowsAndTakesNone()
    {
        var admission = New(1 << 16, new EngineOptions { MaxChannels = 4 });
        admission.TakeChannels(3);

        Assert.Equal(AsrFailure.StreamLimitReached, Assert.Throws<AsrException>(() => admission.TakeChannels(2)).Failure);

        Assert.Equal(3, admission.Channels);
        admission.TakeChannels(1);
        admission.ReturnChannels(4);
        Assert.Equal(0, admission.Channels);
    }

    [Fact]
    public void TakeBlocks_UntilFull_HasNoneLeftButThoseGivenBack()
    {
        var recognizer = NewRecognizer(1_000);
        var admission = New(recognizer);
        int piece = admission.BlocksFor(recognizer, 35 * 16_000), taken = 0;
        while (admission.HasBlocks(this, piece))
        {
            admission.TakeBlocks(piece);
            taken++;
        }
        Assert.True(taken > 0);

        admission.ReturnBlocks(piece);

        Assert.True(admission.HasBlocks(this, piece));
    }

    [Fact]
    public void HasBlocks_LargePieceWaits_NobodyOvertakesItForEver()
    {
        var recognizer = NewRecognizer(200);
        var admission = New(recognizer);
        int small = admission.BlocksFor(recognizer, 16_000), large = admission.BlocksFor(recognizer, 35 * 16_000);
        object first = new(), second = new(), third = new();
        int taken = 0;
        for (; admission.HasBlocks(first, large); taken++) admission.TakeBlocks(large); // and first waits now

        Assert.False(admission.HasBlocks(second, small));
        admission.ReturnBlocks(large);
        Assert.False(admission.HasBlocks(second, small));
        Assert.True(admission.HasBlocks(first, large));
        admission.TakeBlocks(large);

        Assert.False(admission.HasBlocks(third, large));
        Assert.False(admission.HasBlocks(second, small));
        admission.Forget(third); // it has gone
        admission.ReturnBlocks(large);
        Assert.True(admission.HasBlocks(second, small));
        Assert.True(taken > 0);
    }

    [Fact]
    public void CheckPiece_LongerThanTheCache_NamesTheOption()
    {
        var recognizer = NewRecognizer(60);

        var refused = Assert.Throws<AsrException>(() => New(recognizer).CheckPiece(recognizer, TimeSpan.FromSeconds(1200)));

        Assert.Equal((AsrFailure.InvalidOptions, "max_segment"), (refused.Failure, refused.Field));
    }

    [Fact]
    public void BlocksFor_AnyPiece_IsWhatItsDecodingMayTake()
    {
        var recognizer = NewRecognizer(1 << 16);
        var admission = New(recognizer);
        foreach (double seconds in (double[])[0.2, 1, 8, 29.99, 35, 300])
        {
            float[] samples = TestSignals.Syllables(seconds);
            var longest = new DecodingConfig { Language = LanguageCatalog.All[8], Context = new string('x', admission.MaxContextTokens) };
            var job = recognizer.Begin(samples, longest);

            Assert.True(KvGeometry.BlocksFor(job.MaxPositions) <= admission.BlocksFor(recognizer, samples.Length), $"{seconds} s");
        }
    }

    private static int Positions(Recognizer recognizer, int seconds, int context) =>
        recognizer.Begin(TestSignals.Syllables(seconds), DecodingConfig.Default).MaxPositions + context;

    private static Recognizer NewRecognizer(int blocks) => new(new ScriptedModel(kvBlocks: blocks), LoopBench.Tokenizer);

    private static Admission New(int blocks, EngineOptions? options = null) => new(NewRecognizer(blocks), options ?? new EngineOptions());

    private static Admission New(Recognizer recognizer) => new(recognizer, new EngineOptions());
}
