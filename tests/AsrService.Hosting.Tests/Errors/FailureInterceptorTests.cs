using AsrService.Engine;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace AsrService.Hosting.Tests.Errors;

[Trait("Category", "Unit")]
public class FailureInterceptorTests
{
    private readonly Recorder _log = new();

    [Fact]
    public void Answer_SomethingUnexpected_IsInternalWithTheIdOfTheLog()
    {
        var answer = Answer(new InvalidOperationException("secret"), CancellationToken.None)!.GetRpcStatus()!;

        string id = answer.GetDetail<ErrorInfo>()!.Metadata["error_id"];
        Assert.Equal((int)StatusCode.Internal, answer.Code);
        Assert.DoesNotContain("secret", answer.ToString(), StringComparison.Ordinal);
        var (level, text) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains(id, text, StringComparison.Ordinal);
        Assert.Contains("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_AFaultOfTheModel_IsLoggedWithItsId()
    {
        var answer = Answer(new AsrException(AsrFailure.ModelFault, "It broke."), CancellationToken.None)!.GetRpcStatus()!;

        Assert.Contains(answer.GetDetail<ErrorInfo>()!.Metadata["error_id"], Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_ACallersMistake_IsNotLogged()
    {
        var answer = Answer(new AsrException(AsrFailure.StreamLimitReached, "Full."), CancellationToken.None)!;

        Assert.Equal(StatusCode.ResourceExhausted, answer.StatusCode);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Answer_AnAnswerAlready_IsLeftAsItIs()
    {
        Assert.Null(Answer(Refusals.Draining(), CancellationToken.None));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Answer_TheCallerLeft_IsNoError()
    {
        Assert.Null(Answer(new OperationCanceledException(), new CancellationToken(canceled: true)));
        Assert.Null(Answer(new IOException(), new CancellationToken(canceled: true)));
        Assert.All(_log.Lines, line => Assert.Equal(LogLevel.Debug, line.Level));
    }

    [Fact]
    public void Answer_CancelledByNobody_IsAFault() =>
        Assert.Equal(StatusCode.Internal, Answer(new OperationCanceledException(), CancellationToken.None)!.StatusCode);

    private RpcException? Answer(Exception failure, CancellationToken gone) =>
        new FailureInterceptor(_log).Answer(failure, new Call(gone));

    private sealed class Recorder : ILogger<FailureInterceptor>
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, $"{formatter(state, exception)} {exception}"));
    }

    private sealed class Call(CancellationToken gone) : ServerCallContext
    {
        protected override string MethodCore => "/asr.v1.Test/Call";

        protected override string HostCore => "";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore { get; } = [];

        protected override CancellationToken CancellationTokenCore => gone;

        protected override Metadata ResponseTrailersCore { get; } = [];

        protected override Grpc.Core.Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore => throw new NotSupportedException();

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
            throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}
