using System.Diagnostics;
using System.Runtime.InteropServices;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Encoder;

namespace AsrService.Engine.Decoding;

/// <summary>
/// Decodes many segments together: they join when there is room and leave when done, between steps. A step encodes and
/// prefills the newcomers, then decodes one token for everyone else.
/// </summary>
/// <typeparam name="TTag">What the caller knows a segment by.</typeparam>
/// <remarks>A segment's result does not depend on the others. Not thread-safe: it owns the model while it runs.</remarks>
public sealed class SegmentBatch<TTag> : IDisposable
{
    private readonly IModelRunner _runner;
    private readonly int _capacity;
    private readonly List<Member> _members = [];
    private readonly List<Extension> _extensions = [];
    private int _reservedBlocks;

    /// <summary>A batch of up to <paramref name="capacity"/> segments.</summary>
    public SegmentBatch(IModelRunner runner, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_runner, _capacity) = (runner, capacity);
        TotalBlocks = runner.FreeKvBlocks;
    }

    /// <summary>Segments being decoded.</summary>
    public int Count => _members.Count;

    private int TotalBlocks { get; }

    /// <summary>Admits a segment if there is room in the batch and in the KV cache for all it may grow to.</summary>
    /// <exception cref="ModelFaultException">It could not even run alone.</exception>
    public bool TryAdd(TTag tag, SegmentDecoding segment, TimeSpan melTime)
    {
        int blocks = KvGeometry.BlocksFor(segment.MaxPositions);
        if (blocks > TotalBlocks)
            throw new ModelFaultException(
                $"the segment may need {segment.MaxPositions} positions; the KV cache holds {(long)TotalBlocks * KvCache.BlockPositions}");
        if (_members.Count == _capacity || _reservedBlocks + blocks > TotalBlocks) return false;

        _reservedBlocks += blocks;
        _members.Add(new Member(tag, segment, blocks) { Times = new StageTimes(melTime, default, default, default) });
        return true;
    }

    /// <summary>Runs one step and hands over every segment that it completed, or that the model failed on.</summary>
    public void Step(Action<TTag, SegmentResult?, ModelFaultException?> completed)
    {
        Encode(_members.FindAll(m => m.Sequence < 0 && !m.IsFinished));
        Prefill(_members.FindAll(m => m.Audio is not null));
        Decode(_members.FindAll(m => m.Audio is null && !m.IsFinished && m.Fed < m.Segment.TokenCount));

        for (int i = 0; i < _members.Count; i++)
        {
            var member = _members[i];
            if (!member.IsFinished) continue;
            Release(member);
            _members.RemoveAt(i--);
            completed(member.Tag, member.Fault is null ? member.Segment.Finish(member.Times) : null, member.Fault);
        }
    }

    /// <summary>Gives up what is being decoded.</summary>
    public void Dispose()
    {
        foreach (var member in _members) Release(member);
        _members.Clear();
    }

    private static TimeSpan Share(TimeSpan whole, int part, int all) => whole * ((double)part / all);

    private void Encode(List<Member> members)
    {
        if (members.Count == 0) return;
        long start = Stopwatch.GetTimestamp();
        var encoded = _runner.Encode([.. members.SelectMany(m => m.Segment.Windows)]);
        var elapsed = Stopwatch.GetElapsedTime(start);
        int first = 0;
        foreach (var member in members)
        {
            int windows = member.Segment.Windows.Count;
            member.Audio = encoded[first..(first + windows)];
            member.Sequence = _runner.OpenSequence();
            member.Times = member.Times with { Encoder = Share(elapsed, windows, encoded.Length) };
            member.Segment.Windows.Clear(); // features are large and have served
            first += windows;
        }
    }

    private void Prefill(List<Member> members)
    {
        if (members.Count == 0) return;
        _extensions.Clear();
        foreach (var member in members)
        {
            var ids = member.Segment.PromptIds;
            _extensions.Add(new Extension(member.Sequence, ids, new[] { ids.Length - 1 }, member.Audio));
        }

        var elapsed = Extend(members);
        int positions = members.Sum(m => m.Segment.PromptIds.Length);
        foreach (var member in members)
        {
            member.Times = member.Times with { Prefill = Share(elapsed, member.Segment.PromptIds.Length, positions) };
            member.DropAudio();
        }
    }

    private void Decode(List<Member> members)
    {
        if (members.Count == 0) return;
        _extensions.Clear();
        foreach (var member in members)
        {
            member.NextId[0] = member.Segment.LastId;
            member.Fed = member.Segment.TokenCount;
            _extensions.Add(new Extension(member.Sequence, member.NextId, Member.FirstOutput));
        }

        var elapsed = Extend(members);
        foreach (var member in members)
            member.Times = member.Times with { Decode = member.Times.Decode + Share(elapsed, 1, members.Count) };
    }

    private TimeSpan Extend(List<Member> members)
    {
        long start = Stopwatch.GetTimestamp();
        Span<Prediction> predictions = members.Count <= 256 ? stackalloc Prediction[members.Count] : new Prediction[members.Count];
        _runner.Extend(CollectionsMarshal.AsSpan(_extensions), predictions);
        for (int i = 0; i < members.Count; i++) members[i].Accept(predictions[i]);
        return Stopwatch.GetElapsedTime(start);
    }

    private void Release(Member member)
    {
        member.DropAudio();
        if (member.Sequence >= 0) _runner.CloseSequence(member.Sequence);
        _reservedBlocks -= member.Blocks;
    }

    private sealed class Member(TTag tag, SegmentDecoding segment, int blocks)
    {
        public static readonly int[] FirstOutput = [0];

        public TTag Tag { get; } = tag;

        public SegmentDecoding Segment { get; } = segment;

        public int Blocks { get; } = blocks;

        public int Sequence { get; set; } = -1;

        public AudioEmbeddings[]? Audio { get; set; }

        /// <summary>Text tokens that are in the cache or on their way into it.</summary>
        public int Fed { get; set; }

        public int[] NextId { get; } = new int[1];

        public StageTimes Times { get; set; }

        public ModelFaultException? Fault { get; private set; }

        public bool IsFinished => Segment.IsDone || Fault is not null;

        public void Accept(Prediction prediction)
        {
            try
            {
                Segment.Accept(prediction);
            }
            catch (ModelFaultException fault)
            {
                Fault = fault;
            }
        }

        public void DropAudio()
        {
            foreach (var window in Audio ?? []) window.Dispose();
            Audio = null;
        }
    }
}
