using Grpc.Core;

namespace AsrService.Hosting.Tests.Diagnostics;

[Trait("Category", "Unit")]
public class StatusNamesTests
{
    [Theory]
    [InlineData(StatusCode.OK, "OK")]
    [InlineData(StatusCode.ResourceExhausted, "RESOURCE_EXHAUSTED")]
    [InlineData(StatusCode.Internal, "INTERNAL")]
    [InlineData((StatusCode)99, "UNKNOWN")]
    public void Of_Code_IsTheProtocolsName(StatusCode code, string expected) => Assert.Equal(expected, StatusNames.Of(code));
}
