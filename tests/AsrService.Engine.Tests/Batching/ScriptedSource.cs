using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Models;

namespace AsrService.Engine.Tests.Batching;

/// <summary>Work of one class, given by the test: so many decodings at once, the others wait.</summary>
internal sealed class ScriptedSource(Recognizer recognizer, string name, WorkClass workClass, TimeProvider time) : IWorkSource
{
    private readonly Queue<(float[] Samples, DecodingConfig Config, long Due)> _waiting = new();
    private int _underWay;

    public string Name => name;

    public IModelRunner Runner => recognizer.Runner;

    public int MostAtOnce { get; init; } = 1;

    /// <summary>Everything that started anywhere, by name.</summary>
    public List<string> Log { get; init; } = [];

    /// <summary>Puts the same work in again whenever some is done.</summary>
    public bool IsEndless { get; init; }

    public bool IsClosed { get; set; }

    public int WaitingCount => _waiting.Count;

    public bool IsReleased { get; private set; }

    public List<SegmentResult> Results { get; } = [];

    public List<Exception> Faults { get; } = [];

    public void Add(float[] samples, DecodingConfig? config = null) =>
        _waiting.Enqueue((samples, config ?? DecodingConfig.Default, time.GetTimestamp()));

    public bool TryPeek(out WorkRank rank)
    {
        rank = _waiting.TryPeek(out var first) ? new WorkRank(workClass, first.Due) : default;
        return _waiting.Count > 0 && _underWay < MostAtOnce;
    }

    public BatchWork? Start()
    {
        if (!TryPeek(out var rank)) return null;
        var (samples, config, _) = _waiting.Dequeue();
        var clip = recognizer.NewClip();
        clip.Append(samples);
        Log.Add(name);
        _underWay++;
        var job = new DecodeJob(recognizer, clip, config, isExact: true, ownsClip: true);
        return new DecodeWork(this, job, rank, (result, fault) =>
        {
            _underWay--;
            if (result is not null) Results.Add(result);
            if (fault is not null) Faults.Add(fault);
            if (IsEndless) Add(samples, config);
        });
    }

    public void Fail(Exception fault) => Faults.Add(fault);

    public void Release() => IsReleased = true;
}
