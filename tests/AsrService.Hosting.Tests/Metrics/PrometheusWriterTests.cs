namespace AsrService.Hosting.Tests.Metrics;

[Trait("Category", "Unit")]
public class PrometheusWriterTests
{
    [Fact]
    public void Labels_ValuesOfAllKinds_AreEscapedAndSorted()
    {
        string labels = PrometheusWriter.Labels(
            [new("text", "a\"b\\c\nd"), new("flag", true), new("half", 0.5), new("none", null), new("é", "é")]);

        Assert.Equal("""_="é",flag="true",half="0.5",none="",text="a\"b\\c\nd" """.TrimEnd(), labels);
    }

    [Fact]
    public void Labels_NamesThatComeOutTheSame_AreJoined() =>
        Assert.Equal("a_b=\"1;2\"", PrometheusWriter.Labels([new("a.b", 1), new("a_b", 2)]));

    [Theory]
    [InlineData("Text", "# HELP x_total a \"b\" \\\\ \\n c\n# TYPE x_total counter\n")]
    [InlineData("OpenMetrics", "# HELP x a \\\"b\\\" \\\\ \\n c\n# TYPE x counter\n# UNIT x seconds\n# EOF\n")]
    public void Family_Counter_IsNamedAsTheFormatDemands(string format, string expected)
    {
        var writer = new PrometheusWriter(Enum.Parse<ExpositionFormat>(format));

        writer.Family("x", PrometheusType.Counter, "seconds", "a \"b\" \\ \n c");

        Assert.Equal(expected, writer.Finish());
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e300, "1E+300")]
    [InlineData(-3, "-3")]
    public void Number_AnyDouble_ReadsBack(double value, string expected) => Assert.Equal(expected, PrometheusWriter.Number(value));

    [Theory]
    [InlineData("Text", 1, "1")]
    [InlineData("OpenMetrics", 1, "1.0")]
    [InlineData("OpenMetrics", 0.25, "0.25")]
    [InlineData("OpenMetrics", double.PositiveInfinity, "+Inf")]
    public void Bound_WholeNumber_LooksLikeAFloatInOpenMetrics(string format, double bound, string expected) =>
        Assert.Equal(expected, new PrometheusWriter(Enum.Parse<ExpositionFormat>(format)).Bound(bound));

    [Theory]
    [InlineData("Text", "x_bucket{le=\"1\"} 3\n")]
    [InlineData("OpenMetrics", "x_bucket{le=\"1\"} 3 # {trace_id=\"t\",span_id=\"s\"} 0.5 12.345\n# EOF\n")]
    public void Sample_WithExemplar_ShowsItInOpenMetricsAlone(string format, string expected)
    {
        var writer = new PrometheusWriter(Enum.Parse<ExpositionFormat>(format));

        writer.Sample("x_bucket", "le=\"1\"", "3", new ExemplarText("t", "s", 0.5, DateTimeOffset.FromUnixTimeMilliseconds(12_345)));

        Assert.Equal(expected, writer.Finish());
    }
}
