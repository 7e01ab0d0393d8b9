namespace AsrService.Audio.Tests;

public sealed class MelFilterBankTests
{
    private static readonly MelFilterBank Bank = new(128);

    [Theory, Trait("Category", "Conformance")]
    [InlineData(0, 0), InlineData(1, 23.38276), InlineData(2, 46.76552), InlineData(3, 70.14828)]
    [InlineData(44, 1030.19026), InlineData(45, 1055.33431), InlineData(46, 1081.09205), InlineData(47, 1107.47847)]
    [InlineData(127, 7623.33054), InlineData(128, 7809.39462), InlineData(129, 8000)]
    public void Edges_SlaneyScale_MatchReference(int edge, double hertz) => Assert.Equal(hertz, Bank.Edges[edge], 1e-5);

    [Fact, Trait("Category", "Conformance")]
    public void Weights_ProbedRows_MatchReference()
    {
        AssertRow(0, 1, 0.0123739863f);
        AssertRow(10, 6, 0.0112891844f, 0.00108480192f);
        AssertRow(60, 38, 0.00344359246f, 0.0212245533f);
        Assert.Equal(191, Bank.FirstBin(127));
        Assert.Equal(9, Bank.Weights(127).Length);
        Assert.Equal(0.000475695083f, Bank.Weights(127)[0], 1e-9f);
    }

    [Fact, Trait("Category", "Conformance")]
    public void Weights_AllRows_MatchTotals()
    {
        var all = Enumerable.Range(0, Bank.Rows).SelectMany(row => Bank.Weights(row).ToArray()).ToArray();

        Assert.Equal(394, all.Length);
        Assert.Equal(3.19098553, all.Sum(weight => (double)weight), 1e-6);
        Assert.Equal(0.0416818f, all.Max(), 1e-6f);
        Assert.All(Enumerable.Range(0, Bank.Rows), row => Assert.False(Bank.Weights(row).IsEmpty));
    }

    private static void AssertRow(int row, int firstBin, params float[] weights)
    {
        Assert.Equal(firstBin, Bank.FirstBin(row));
        Assert.Equal(weights.Length, Bank.Weights(row).Length);
        for (int i = 0; i < weights.Length; i++) Assert.Equal(weights[i], Bank.Weights(row)[i], 1e-8f);
    }
}
