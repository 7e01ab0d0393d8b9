using AsrService.Cli.Load;
using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Xunit;

namespace AsrService.Cli.Tests.Load;

[Trait("Category", "Unit")]
public class FinalsLedgerTests
{
    [Fact]
    public void CompareTo_Same_HasNoDifference()
    {
        var difference = Ledger((0, 2, "a"), (3, 4, "b")).CompareTo(Ledger((0, 2, "a"), (3, 4, "b")));

        Assert.Equal(new FinalsDifference(2, 0, 0, 0, 0), difference);
        Assert.True(difference.IsNone);
    }

    [Fact]
    public void CompareTo_Faults_AreToldApart()
    {
        var came = Ledger((0, 2, "a"), (0, 2, "a"), (3, 4, "x"), (5, 6, "c"), (9, 10, "?"));

        var difference = came.CompareTo(Ledger((0, 2, "a"), (3, 4, "b"), (5, 6.5, "c"), (7, 8, "d")));

        Assert.Equal(new FinalsDifference(Compared: 4, Lost: 1, Doubled: 1, Different: 2, Invented: 1), difference);
        Assert.False(difference.IsNone);
    }

    private static FinalsLedger Ledger(params ReadOnlySpan<(double Start, double End, string Text)> finals)
    {
        var ledger = new FinalsLedger();
        foreach (var (start, end, text) in finals)
        {
            ledger.Add(new Result
            {
                Start = Duration.FromTimeSpan(TimeSpan.FromSeconds(start)), End = Duration.FromTimeSpan(TimeSpan.FromSeconds(end)),
                StableText = text, IsFinal = true,
            });
        }

        return ledger;
    }
}
