using AsrService.Audio;
using AsrService.Contracts.V1;
using AsrService.Hosting;
using AsrService.Server.Transcriber;

namespace AsrService.Server.Tests.Transcriber.Resuming;

[Trait("Category", "Unit")]
public class InputKeeperTests
{
    private static readonly TimeSpan Buffered = TimeSpan.FromSeconds(30);
    private static readonly RawFormat Format = new(SampleEncoding.S16, 16_000, 1);
    private static readonly Control Finalize = new() { Finalize = new() };
    private static readonly Control Update = new() { Update = new ConfigUpdate { Biasing = new Biasing { Terms = { "x" } } } };

    private readonly InputKeeper _keeper = new(Format, Buffered, 0);

    [Fact]
    public void From_AllSortsOfInput_GivesItInOrder()
    {
        AddSound(100_000);
        _keeper.Add(Finalize);
        AddSilence(500);
        AddSound(10);
        _keeper.Add(Update);

        var kept = _keeper.From(40, _ => false)!;

        Assert.Equal(100_510, kept.End);
        Assert.Equal(Sound(0, 100_000), Bytes(kept.Pieces.TakeWhile(piece => piece.Wish is null)));
        var rest = kept.Pieces.SkipWhile(piece => piece.Wish is null).ToArray();
        Assert.Equal([(100_000, 0, 0), (100_000, 500, 0), (100_500, 10, 20), (100_510, 0, 0)],
            rest.Select(piece => ((int)piece.Start, (int)piece.Frames, piece.Sound.Length)));
        Assert.Equal((Finalize, Update), (rest[0].Wish, rest[^1].Wish));
        Assert.Equal(Sound(100_500, 10), Bytes(rest));
    }

    [Fact]
    public void From_WhatWasGivenBefore_StaysAsItWas()
    {
        AddSound(10);
        var before = _keeper.From(0, _ => false)!;

        AddSound(10);

        Assert.Equal((10, 20), (before.End, Bytes(before.Pieces).Length));
    }

    [Fact]
    public void From_WishesBeforeThePlaceOrInTheConfig_AreLeftOut()
    {
        AddSound(100);
        _keeper.Add(Finalize);
        AddSound(100);
        _keeper.Add(Update);
        _keeper.Add(Finalize);
        AddSound(100);

        Assert.Equal([Update, Finalize], Wishes(_keeper.From(150, frames => frames < 200)));
        Assert.Equal([Finalize], Wishes(_keeper.From(200, frames => frames < 201)));
        Assert.Empty(Wishes(_keeper.From(201, _ => false)));
    }

    [Fact]
    public void Told_ANewerPlace_KeepsFromTheOneBefore()
    {
        for (int i = 0; i < 10; i++) AddSound(16_000);

        _keeper.Told(50_000);
        _keeper.Told(50_000);
        Assert.NotNull(_keeper.From(0, _ => false));
        _keeper.Told(90_000);

        Assert.Null(_keeper.From(0, _ => false));
        Assert.NotNull(_keeper.From(50_000, _ => false));
        Assert.NotNull(_keeper.From(90_000, _ => false));
        Assert.InRange(_keeper.Bytes, 110_000 * 2, (110_000 * 2) + (3 * 33_000));
    }

    [Fact]
    public void From_NothingBehindThePlace_IsNothing()
    {
        AddSound(100);

        Assert.Null(_keeper.From(100, _ => false));
        Assert.Null(new InputKeeper(Format, Buffered, 50).From(49, _ => false));
    }

    [Fact]
    public void Add_BeyondTheLongestTime_DropsTheOldest()
    {
        for (int second = 0; second < 80; second++) AddSound(16_000);

        Assert.Null(_keeper.From(0, _ => false));
        Assert.NotNull(_keeper.From(6 * 16_000, _ => false));
        Assert.InRange(_keeper.Bytes, 0, 76 * 33_000);
    }

    [Fact]
    public void Add_BeyondTheMostBytes_DropsTheOldest()
    {
        var keeper = new InputKeeper(new RawFormat(SampleEncoding.F32, 48_000, 8), Buffered, 0);
        var second = new byte[48_000 * 32];
        for (int i = 0; i < 20; i++)
        {
            keeper.Add(new IntakeFrames(48_000, default, second, false));
            Assert.InRange(keeper.Bytes, 0, InputKeeper.MaxBytes);
        }

        Assert.Null(keeper.From(0, _ => false));
        Assert.NotNull(keeper.From(18 * 48_000, _ => false));
    }

    [Fact]
    public void Add_ManyWishes_StaysWithinTheMostBytes()
    {
        AddSound(100);
        for (int i = 0; i < 100_000; i++) _keeper.Add(Finalize);

        Assert.InRange(_keeper.Bytes, 0, InputKeeper.MaxBytes);
        AddSound(100);
        Assert.Null(_keeper.From(50, _ => false));
        Assert.Null(_keeper.From(100, _ => false)); // a wish of that place is gone
        Assert.NotNull(_keeper.From(101, _ => false));
    }

    [Fact]
    public void New_WithWhatWasKept_KeepsItOn()
    {
        AddSound(100);
        _keeper.Add(Finalize);
        var next = new InputKeeper(Format, Buffered, 50, _keeper.From(50, _ => false));

        next.Add(new IntakeFrames(10, default, Sound(100, 10), false));

        var kept = next.From(50, _ => false)!;
        Assert.Equal((110, 110), (next.End, kept.End));
        Assert.Equal(_keeper.Origin, next.Origin);
        Assert.Equal(Sound(0, 110), Bytes(kept.Pieces));
        Assert.Equal([Finalize], Wishes(kept));
    }

    private void AddSound(int frames) => _keeper.Add(new IntakeFrames(frames, default, Sound((int)_keeper.End, frames), false));

    private void AddSilence(int frames) => _keeper.Add(new IntakeFrames(frames, default, default, false));

    /// <summary>Each sample is its index.</summary>
    private static byte[] Sound(int start, int frames) =>
        [.. Enumerable.Range(start, frames).SelectMany(frame => BitConverter.GetBytes((short)frame))];

    private static byte[] Bytes(IEnumerable<KeptPiece> pieces) => [.. pieces.SelectMany(piece => piece.Sound.ToArray())];

    private static IEnumerable<Control> Wishes(KeptInput? kept) => kept!.Pieces.Where(piece => piece.Wish is not null).Select(piece => piece.Wish!);
}
