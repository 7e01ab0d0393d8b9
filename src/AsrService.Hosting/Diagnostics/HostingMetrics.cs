using System.Diagnostics.Metrics;
using System.Text.Json;
using Grpc.Core;

namespace AsrService.Hosting;

/// <summary>What the services measure alike, as instruments of the meter <c>Asr.Hosting</c>: calls, and the model served.</summary>
public sealed class HostingMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Asr.Hosting";

    private static readonly double[] CallBuckets =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400];

    private static readonly Dictionary<AuthFault, string> FaultNames =
        Enum.GetValues<AuthFault>().ToDictionary(fault => fault, fault => JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString()));

    private readonly Histogram<double> _calls;
    private readonly Counter<long> _authFailures;
    private readonly Gauge<double> _loading;
    private readonly Gauge<int> _info;

    /// <summary>Instruments of one service.</summary>
    /// <param name="meters">Makes the meter, and ends it.</param>
    public HostingMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        _calls = meter.CreateHistogram<double>(
            "rpc.server.call.duration", "s", "Time of a gRPC call, from its first header to its status.", null,
            new() { HistogramBucketBoundaries = CallBuckets });
        _authFailures = meter.CreateCounter<long>(
            "asr.auth.failures", "{failure}", "Calls and TLS connections whose credentials were missing or not taken, by reason.");
        foreach (var fault in Enum.GetValues<AuthFault>()) AuthFailed(fault, 0);
        _loading = meter.CreateGauge<double>("asr.model.load", "s", "Time that the model took to load, before its warm-up.");
        _info = meter.CreateGauge<int>("asr.model.info", "{model}", "1; its labels say which model is served, and how.");
    }

    /// <summary>A call has ended.</summary>
    /// <param name="method">Its full name; of methods that exist.</param>
    /// <param name="status">Its status.</param>
    /// <param name="elapsed">Time that it took.</param>
    public void CallEnded(string method, StatusCode status, TimeSpan elapsed) =>
        _calls.Record(elapsed.TotalSeconds, new("rpc.method", method), new("status", StatusNames.Of(status)));

    /// <summary>Credentials were not taken.</summary>
    internal void AuthFailed(AuthFault fault, long count = 1) =>
        _authFailures.Add(count, new KeyValuePair<string, object?>("reason", FaultNames[fault]));

    /// <summary>The model has been loaded.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="revision">Of its weights.</param>
    /// <param name="weights">Format of its matrices.</param>
    /// <param name="elapsed">Time that it took.</param>
    public void ModelLoaded(string model, string revision, WeightFormat weights, TimeSpan elapsed)
    {
        _loading.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("model", model));
        string dtype = weights == WeightFormat.F32 ? "f32" : "bf16";
        _info.Record(1, new("model", model), new("revision", revision), new("dtype", dtype), new("backend", "cpu"));
    }
}
