using System.Diagnostics;
using System.Runtime.InteropServices;
using AsrService.Models;
using AsrService.Models.Encoder;

namespace AsrService.Engine.Batching;

/// <summary>Runs the model for jobs, whoever they belong to: windows packed, prompts ragged, decoding in lock-step.</summary>
/// <typeparam name="TJob">Kind of jobs.</typeparam>
/// <remarks>What fails takes only the jobs with it that fail alone too. Belongs to the thread that owns the model.</remarks>
internal sealed class ModelSteps<TJob>(IModelRunner runner) : IDisposable
    where TJob : ModelJob
{
    private readonly List<Extension> _extensions = [];
    private readonly List<int> _positions = [];
    private Prediction[] _predictions = new Prediction[64];
    private IEncoding? _encoding;
    private readonly List<(TJob Job, int Windows)> _packed = [];
    private TimeSpan _encodingTime;

    /// <summary>Whether packed windows are half way through the encoder.</summary>
    public bool IsEncoding => _encoding is not null;

    /// <summary>Goes on with the packed windows, or packs those of <paramref name="jobs"/>, the first jobs first.</summary>
    /// <param name="jobs">Those that need encoding.</param>
    /// <param name="frames">Enough for one pack; a job may need several, so that a long one keeps nobody waiting.</param>
    /// <param name="isTimeLeft">Asked between units of work.</param>
    /// <returns>Encoder frames completed.</returns>
    public int Encode(List<TJob> jobs, int frames, Func<bool> isTimeLeft)
    {
        if (_encoding is null && jobs.Count == 0) return 0;
        long start = Stopwatch.GetTimestamp();
        try
        {
            if (_encoding is null) Pack(jobs, frames);
            if (!_encoding!.Continue(isTimeLeft))
            {
                _encodingTime += Stopwatch.GetElapsedTime(start);
                return 0;
            }
            _encodingTime += Stopwatch.GetElapsedTime(start);
            return HandOver();
        }
        catch (Exception fault)
        {
            return EncodeAlone(fault);
        }
    }

    /// <summary>Appends to prompts, at most so many positions in all; the first jobs come first.</summary>
    /// <returns>Positions appended.</returns>
    public int Prefill(List<TJob> jobs, int positions)
    {
        int left = positions, taken = 0;
        _positions.Clear();
        foreach (var job in jobs)
        {
            if (left == 0) break;
            int count = Math.Min(left, job.PendingPositions);
            _positions.Add(count);
            left -= count;
            taken++;
        }
        if (taken == 0) return 0;
        Extend(CollectionsMarshal.AsSpan(jobs)[..taken], CollectionsMarshal.AsSpan(_positions));
        return positions - left;
    }

    /// <summary>One token for every job.</summary>
    public void Decode(List<TJob> jobs)
    {
        if (jobs.Count == 0) return;
        _positions.Clear();
        for (int i = 0; i < jobs.Count; i++) _positions.Add(1);
        Extend(CollectionsMarshal.AsSpan(jobs), CollectionsMarshal.AsSpan(_positions));
    }

    /// <summary>Gives up the encoder work under way if all its jobs were given up.</summary>
    public void DropUnwanted()
    {
        if (_packed.TrueForAll(pack => pack.Job.IsFinished)) Dispose();
    }

    /// <summary>Gives up the encoder work under way; its jobs begin anew if they are asked for again.</summary>
    public void Dispose()
    {
        _encoding?.Dispose();
        _encoding = null;
        _packed.Clear();
    }

    private void Pack(List<TJob> jobs, int frames)
    {
        _encodingTime = default;
        _packed.Clear();
        var windows = new List<EncoderWindow>();
        int taken = 0;
        foreach (var job in jobs)
        {
            if (taken > 0 && taken >= frames) break;
            int before = windows.Count;
            foreach (var pending in job.UnencodedWindows)
            {
                if (taken > 0 && taken >= frames) break;
                windows.Add(pending.Window);
                taken += FramesOf(pending.Window);
            }
            _packed.Add((job, windows.Count - before));
            job.IsTakenByEncoder = true;
        }
        _encoding = runner.BeginEncode(windows);
    }

    private int FramesOf(EncoderWindow window) => window.LogMel.Length / runner.Config.Audio.MelBins;

    private int HandOver()
    {
        var encoded = _encoding!.Take();
        int first = 0, frames = 0;
        foreach (var (job, count) in _packed)
        {
            var own = encoded[first..(first + count)];
            if (job.IsFinished)
            {
                Array.ForEach(own, window => window.Dispose()); // it failed or was given up meanwhile
            }
            else
            {
                foreach (var pending in job.UnencodedWindows.Take(count)) frames += FramesOf(pending.Window);
                Collect(job, own, encoded.Length);
            }
            first += count;
        }
        Dispose();
        return frames;
    }

    private void Collect(TJob job, AudioEmbeddings[] own, int all)
    {
        try
        {
            job.Collect(own, all == 0 ? TimeSpan.Zero : _encodingTime * ((double)own.Length / all));
        }
        catch (Exception fault) // the others have their windows: they go on
        {
            job.Fail(fault);
        }
    }

    /// <summary>Packed windows have failed: each job alone decides whose fault it was.</summary>
    private int EncodeAlone(Exception fault)
    {
        var jobs = _packed.ConvertAll(pack => pack.Job).FindAll(job => !job.IsFinished);
        Dispose();
        if (jobs.Count < 2)
        {
            foreach (var job in jobs) job.Fail(fault);
            return 0;
        }
        int frames = 0;
        foreach (var job in jobs) frames += Encode([job], 1, static () => true);
        return frames;
    }

    private void Extend(ReadOnlySpan<TJob> jobs, ReadOnlySpan<int> positions)
    {
        long start = Stopwatch.GetTimestamp();
        _extensions.Clear();
        int outputs = 0, rows = 0;
        for (int i = 0; i < jobs.Length; i++)
        {
            var extension = jobs[i].Next(positions[i]);
            outputs += extension.Outputs.Length;
            rows += extension.Ids.Length;
            _extensions.Add(extension);
        }
        if (_predictions.Length < outputs) _predictions = new Prediction[Math.Max(outputs, 2 * _predictions.Length)];
        try
        {
            runner.Extend(CollectionsMarshal.AsSpan(_extensions), _predictions.AsSpan(0, outputs));
        }
        catch (Exception fault)
        {
            ExtendAlone(jobs, positions, fault);
            return;
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        for (int i = 0, first = 0; i < jobs.Length; i++)
        {
            int count = _extensions[i].Outputs.Length;
            jobs[i].Accept(_extensions[i].Ids.Length, _predictions.AsSpan(first, count), elapsed * ((double)_extensions[i].Ids.Length / rows));
            first += count;
        }
    }

    /// <summary>A batch has failed and every sequence is as before: each job alone decides whose fault it was.</summary>
    private void ExtendAlone(ReadOnlySpan<TJob> jobs, ReadOnlySpan<int> positions, Exception fault)
    {
        if (jobs.Length == 1)
        {
            jobs[0].Fail(fault);
            return;
        }
        for (int i = 0; i < jobs.Length; i++) Extend(jobs.Slice(i, 1), positions.Slice(i, 1));
    }
}
