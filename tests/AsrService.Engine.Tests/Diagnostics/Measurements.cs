using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AsrService.Engine.Diagnostics;

namespace AsrService.Engine.Tests.Diagnostics;

/// <summary>All that one engine measures.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _taken = new();

    /// <param name="scope">Of the engine's meter.</param>
    public Measurements(object scope)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == EngineMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, scope)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<double> Of(string instrument, string tag = "") =>
        [.. _taken.Where(one => one.Name == instrument && one.Tags.Contains(tag, StringComparison.Ordinal)).Select(one => one.Value)];

    /// <summary>What a gauge says now.</summary>
    public double Now(string gauge, string tag = "")
    {
        _listener.RecordObservableInstruments();
        return Of(gauge, tag)[^1];
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string text = "";
        foreach (var (key, tag) in tags) text += $"{key}={tag};";
        _taken.Enqueue((instrument.Name, value, text));
    }
}
