namespace AsrService.Hosting.Tests.Metrics;

[Trait("Category", "Unit")]
public class PrometheusNamesTests
{
    [Theory]
    [InlineData("asr.partial.latency", "s", "Histogram", "asr_partial_latency_seconds")]
    [InlineData("asr.partial.words", "{word}", "Counter", "asr_partial_words")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", "Counter", "dotnet_gc_heap_total_allocated_bytes")]
    [InlineData("asr.kv.cache.usage", "1", "Gauge", "asr_kv_cache_usage_ratio")]
    [InlineData("asr.word.confidence", "1", "Histogram", "asr_word_confidence")]
    [InlineData("job.seconds", "s", "Gauge", "job_seconds")]
    [InlineData("frames.total", null, "Counter", "frames")]
    [InlineData("2nd-try: a..b", "", "Gauge", "_2nd_try:_a_b")]
    [InlineData("speed", "m/s", "Gauge", "speed_m_s")]
    public void Family_Instrument_HasPrometheusName(string name, string? unit, string type, string expected) =>
        Assert.Equal(expected, PrometheusNames.Family(name, unit, Enum.Parse<PrometheusType>(type)).Name);

    [Theory]
    [InlineData("rpc.method", "rpc_method")]
    [InlineData("a:b", "a_b")]
    [InlineData("1st", "_1st")]
    [InlineData("", "_")]
    public void Label_TagName_IsValid(string name, string expected) => Assert.Equal(expected, PrometheusNames.Label(name));
}
