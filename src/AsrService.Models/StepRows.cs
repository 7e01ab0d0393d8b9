using System.Runtime.InteropServices;
using AsrService.Kernels;

namespace AsrService.Models;

/// <summary>The rows of one call, all sequences one after the other; its lists are reused from call to call.</summary>
internal sealed class StepRows
{
    private readonly List<int> _inserted = [];
    private readonly List<int> _stepOutputs = [];
    private readonly List<AudioRow> _audio = [];
    private readonly List<Choice> _choices = [];
    private readonly List<Choice> _stepChoices = [];

    public GrowingList Ids { get; } = new();

    public GrowingList Sequences { get; } = new();

    public GrowingList Positions { get; } = new();

    /// <summary>Rows after which a prediction is wanted, ascending.</summary>
    public GrowingList Outputs { get; } = new();

    public void Clear()
    {
        Ids.Clear();
        Sequences.Clear();
        Positions.Clear();
        Outputs.Clear();
        _audio.Clear();
        _choices.Clear();
    }

    /// <summary>Adds an extension whose first position is <paramref name="start"/>.</summary>
    public void Append(Extension extension, int start, int audioTokenId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(extension.AudioOffset, nameof(extension));
        int firstRow = Ids.Count, audioTokens = extension.AudioOffset, previous = -1;
        foreach (int output in extension.Outputs.Span)
        {
            if (output <= previous || output >= extension.Ids.Length)
                throw new ArgumentException($"Output {output} after {previous} is not an ascending index of {extension.Ids.Length} ids.", nameof(extension));
            Outputs.Add(firstRow + (previous = output));
        }
        if (extension.Allowed is { } allowed && previous >= 0) _choices.Add(new Choice(Outputs.Count - 1, allowed));
        for (int i = 0; i < extension.Ids.Length; i++)
        {
            int id = extension.Ids.Span[i];
            if (id == audioTokenId && extension.Audio is not null) _audio.Add(Locate(extension, audioTokens++, firstRow + i));
            Ids.Add(id);
            Sequences.Add(extension.Sequence);
            Positions.Add(start + i);
        }
    }

    /// <summary>Outputs that lie in a step, as rows of the step.</summary>
    public ReadOnlySpan<int> OutputsIn(int firstRow, int count, int firstOutput)
    {
        _stepOutputs.Clear();
        for (int i = firstOutput; i < Outputs.Count && Outputs[i] < firstRow + count; i++) _stepOutputs.Add(Outputs[i] - firstRow);
        return CollectionsMarshal.AsSpan(_stepOutputs);
    }

    /// <summary>Restricted choices among outputs of a step, counted from its first output.</summary>
    public IReadOnlyList<Choice> AllowedAfter(int firstOutput, int count)
    {
        _stepChoices.Clear();
        foreach (var choice in _choices)
        {
            int output = choice.Output - firstOutput;
            if (output >= 0 && output < count) _stepChoices.Add(choice with { Output = output });
        }
        return _stepChoices;
    }

    /// <summary>Overwrites the rows of audio tokens of a step, a run of consecutive encoder rows at a time.</summary>
    public void InsertAudio(IOps ops, int firstRow, int count, Tensor hidden)
    {
        int i = 0;
        while (i < _audio.Count && _audio[i].Row < firstRow) i++;
        while (i < _audio.Count && _audio[i].Row < firstRow + count)
        {
            var first = _audio[i];
            _inserted.Clear();
            for (; i < _audio.Count && _audio[i].Row < firstRow + count && _audio[i].Continues(first, _inserted.Count); i++)
                _inserted.Add(_audio[i].Row - firstRow);
            ops.InsertRows(first.Source, first.SourceRow, CollectionsMarshal.AsSpan(_inserted), hidden);
        }
    }

    private static AudioRow Locate(Extension extension, int audioToken, int row)
    {
        int left = audioToken;
        foreach (var window in extension.Audio!)
        {
            if (left < window.Count) return new AudioRow(row, window.Rows, left);
            left -= window.Count;
        }
        throw new ShapeException($"prompt: expected {audioToken - left} audio tokens, as encoded, found more.");
    }

    private readonly record struct AudioRow(int Row, Tensor Source, int SourceRow)
    {
        public bool Continues(AudioRow first, int rows) =>
            ReferenceEquals(Source, first.Source) && SourceRow == first.SourceRow + rows;
    }
}

/// <summary>An output whose prediction is chosen among given ids.</summary>
internal readonly record struct Choice(int Output, IReadOnlyList<int> Allowed);

/// <summary>A list whose contents can be taken as a span.</summary>
internal sealed class GrowingList
{
    private readonly List<int> _values = [];

    public int Count => _values.Count;

    public int this[int index] => _values[index];

    public void Add(int value) => _values.Add(value);

    public void Clear() => _values.Clear();

    public ReadOnlySpan<int> Slice(int start, int count) => CollectionsMarshal.AsSpan(_values).Slice(start, count);
}
