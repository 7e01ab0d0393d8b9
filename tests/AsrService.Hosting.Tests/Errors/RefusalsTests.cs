using Google.Rpc;
using Grpc.Core;

namespace AsrService.Hosting.Tests.Errors;

[Trait("Category", "Unit")]
public class RefusalsTests
{
    [Fact]
    public void BadValue_AThousandViolations_FitIntoTrailers()
    {
        var all = new BadRequest();
        for (int i = 0; i < 1_000; i++)
            all.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = $"biasing.terms[{i}]", Description = "0 bytes; expected 1 to 200." });

        var refused = Refusals.BadValue(all);

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains("biasing.terms[0]: 0 bytes", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Matches("And 9[0-9][0-9] more\\.$", refused.Status.Detail);
        Assert.InRange(refused.Trailers.Sum(entry => entry.Key.Length + (entry.IsBinary ? entry.ValueBytes.Length * 4 / 3 : entry.Value.Length)), 200, 3_000);
    }

    [Fact]
    public void BadValue_OneLongViolation_IsTold()
    {
        var refused = Refusals.BadValue("config.recognition.language.languages[0]", new string('x', 2_000));

        Assert.DoesNotContain("more.", refused.Status.Detail, StringComparison.Ordinal);
    }
}
