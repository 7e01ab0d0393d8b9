using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AsrService.Audio;

/// <summary>
/// Band-limited conversion of one channel to 16 kHz, piece by piece: a windowed sinc of 100 dB stopband attenuation,
/// passband to 0.91 of the lower Nyquist frequency, no delay (an output sample stands at the time of the input).
/// </summary>
/// <remarks>
/// <para>An output sample is a function of its index and the input samples around it alone: any cutting of the input
/// gives the same bits, at any vector width. n samples give ceil(n * 16000 / rate); 16 kHz passes through
/// untouched.</para>
/// <para>Before the first sample and after the last there is silence. Output lags the input by 72 samples of the lower
/// rate until <see cref="Flush"/>: 9 ms at 8 kHz, 4.5 ms from 16 kHz up. Allocates nothing after construction; not
/// thread-safe. Filter tables (4 MiB at most) are shared between instances of the same rate.</para>
/// </remarks>
public sealed class Resampler
{
    /// <summary>Samples a second of the output.</summary>
    public const int OutputRate = 16_000;

    /// <summary>The lowest input rate taken, in Hz.</summary>
    public const int MinRate = 1_000;

    /// <summary>The highest input rate taken, in Hz.</summary>
    public const int MaxRate = 768_000;

    private const int InputStep = 4096; // bounds the samples held

    private readonly ResamplerFilter? _filter; // null: the rate is the output's
    private readonly float[] _held = [];
    private readonly int _reach; // input samples an output sample needs after the one at or before its time

    private int _heldCount;
    private long _firstHeld; // index of the first sample held
    private long _before; // index of the input sample at or before the next output sample
    private int _phase; // how far after it, in 1 / Phases of a sample
    private bool _flushed;

    /// <summary>Prepares the filter of a rate: some milliseconds when it is the first of that rate.</summary>
    /// <param name="rate">Input samples a second, <see cref="MinRate"/> to <see cref="MaxRate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside that range.</exception>
    public Resampler(int rate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, MinRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, MaxRate);
        Rate = rate;
        if (rate == OutputRate) return;

        _filter = ResamplerFilter.For(rate);
        _reach = _filter.Taps / 2;
        _held = new float[_filter.Taps + InputStep];
        Reset();
    }

    /// <summary>Input samples a second.</summary>
    public int Rate { get; }

    /// <summary>Room that <see cref="Flush"/> may need.</summary>
    public int FlushBound => OutputBound(_reach);

    /// <summary>Samples that an input of this length becomes, once flushed: ceil(n * 16000 / rate).</summary>
    public static long OutputLength(long inputLength, int rate) =>
        (long)(((Int128)inputLength * OutputRate + rate - 1) / rate);

    /// <summary>Room that <see cref="Process"/> may need for an input of this length.</summary>
    public int OutputBound(int inputLength) => checked((int)OutputLength(inputLength, Rate) + 1);

    /// <summary>Takes the next input samples and writes the output samples that they complete.</summary>
    /// <param name="input">Any number of samples.</param>
    /// <param name="output">At least <see cref="OutputBound"/>; must not overlap <paramref name="input"/>.</param>
    /// <returns>Samples written.</returns>
    /// <exception cref="ArgumentException">The output is too small.</exception>
    /// <exception cref="InvalidOperationException">The signal was flushed; call <see cref="Reset"/> for
    /// another.</exception>
    public int Process(ReadOnlySpan<float> input, Span<float> output)
    {
        if (_flushed) throw new InvalidOperationException("The signal has been flushed; Reset starts another.");
        CheckRoom(output.Length, OutputBound(input.Length));
        if (_filter is null)
        {
            input.CopyTo(output);
            return input.Length;
        }

        int written = 0;
        while (!input.IsEmpty)
        {
            int taken = Math.Min(input.Length, InputStep);
            input[..taken].CopyTo(_held.AsSpan(_heldCount));
            _heldCount += taken;
            input = input[taken..];
            written += Produce(output[written..], long.MaxValue);
        }

        return written;
    }

    /// <summary>Ends the signal and writes the rest of its output.</summary>
    /// <param name="output">At least <see cref="FlushBound"/>.</param>
    /// <returns>Samples written.</returns>
    /// <exception cref="ArgumentException">The output is too small.</exception>
    public int Flush(Span<float> output)
    {
        CheckRoom(output.Length, FlushBound);
        if (_flushed || _filter is null) return 0;

        _flushed = true;
        long end = _firstHeld + _heldCount;
        int written = 0;
        for (int silence = _reach; silence > 0;)
        {
            int taken = Math.Min(silence, InputStep);
            _held.AsSpan(_heldCount, taken).Clear();
            _heldCount += taken;
            silence -= taken;
            written += Produce(output[written..], end);
        }

        return written;
    }

    /// <summary>Starts another signal.</summary>
    public void Reset()
    {
        _flushed = false;
        if (_filter is null) return;
        _before = 0;
        _phase = 0;
        _heldCount = _reach - 1; // the silence before the first sample
        _firstHeld = -_heldCount;
        _held.AsSpan(0, _heldCount).Clear();
    }

    /// <summary>Starts in the middle of a signal: output begins with the sample of an index.</summary>
    /// <returns>Index of the input sample from which input is needed.</returns>
    internal long StartAt(long output)
    {
        Reset();
        if (_filter is null) return output;
        var place = (Int128)output * _filter.Step;
        (_before, _phase) = ((long)(place / _filter.Phases), (int)(place % _filter.Phases));
        long first = _before - _reach + 1;
        _heldCount = (int)Math.Max(0, -first);
        _firstHeld = first;
        return Math.Max(0, first);
    }

    private int Produce(Span<float> output, long end)
    {
        var filter = _filter!;
        int written = 0;
        int start = (int)(_before - _reach + 1 - _firstHeld);
        while (start + filter.Taps <= _heldCount && _before < end)
        {
            var row = filter.Row(_phase, out var next, out float towardsNext);
            var samples = _held.AsSpan(start, filter.Taps);
            float value = Dot(samples, row);
            if (towardsNext != 0) value += towardsNext * (Dot(samples, next) - value);
            output[written++] = value;

            _phase += filter.Step;
            int advance = _phase / filter.Phases;
            _phase -= advance * filter.Phases;
            _before += advance;
            start += advance;
        }

        Discard(Math.Min(start, _heldCount));
        return written;
    }

    private void Discard(int count)
    {
        _held.AsSpan(count, _heldCount - count).CopyTo(_held);
        _firstHeld += count;
        _heldCount -= count;
    }

    /// <summary>Thirty-two partial sums at every vector width, added in one order.</summary>
    private static float Dot(ReadOnlySpan<float> samples, ReadOnlySpan<float> weights)
    {
        var x = MemoryMarshal.Cast<float, Vector256<float>>(samples);
        var w = MemoryMarshal.Cast<float, Vector256<float>>(weights);
        Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (int i = 0; i + 3 < x.Length && i + 3 < w.Length; i += 4)
        {
            sum0 = Vector256.FusedMultiplyAdd(x[i], w[i], sum0);
            sum1 = Vector256.FusedMultiplyAdd(x[i + 1], w[i + 1], sum1);
            sum2 = Vector256.FusedMultiplyAdd(x[i + 2], w[i + 2], sum2);
            sum3 = Vector256.FusedMultiplyAdd(x[i + 3], w[i + 3], sum3);
        }

        var lanes = (sum0 + sum1) + (sum2 + sum3);
        var four = lanes.GetLower() + lanes.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    private static void CheckRoom(int room, int needed)
    {
        if (room < needed) throw new ArgumentException($"Room for {room} samples; {needed} may come.");
    }
}
