using AsrService.Engine.Transcripts;
using AsrService.Hosting;
using AsrService.Server.Transcriber;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Tests.Transcriber.Requests;

/// <summary>A model that knows two languages and takes twenty characters of context.</summary>
internal static class TestFacts
{
    private const int MaxContext = 20;

    public static ModelFacts Model { get; } = new(
        "test-model", [.. LanguageCatalog.All.Where(language => language.Code is "zh" or "en")], [], Fit);

    /// <summary>The same where there is an aligner, for Chinese alone.</summary>
    public static ModelFacts Aligning { get; } = Model with { AlignmentLanguages = [Model.Languages[0]] };

    public static V1.AudioFormat Format => new() { Encoding = V1.AudioEncoding.PcmS16Le, SampleRateHertz = 16_000 };

    public static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));

    /// <summary>Paths of all violations, in order.</summary>
    public static IReadOnlyList<string> ViolationsOf(Action read)
    {
        var status = Assert.Throws<RpcException>(read).GetRpcStatus()!;
        Assert.Equal((int)StatusCode.InvalidArgument, status.Code);
        Assert.Equal(ErrorReasons.BadValue, status.GetDetail<ErrorInfo>()!.Reason);
        return [.. status.GetDetail<BadRequest>()!.FieldViolations.Select(one => one.Field)];
    }

    private static (string Context, bool IsTruncated) Fit(IReadOnlyList<string> terms, string text)
    {
        string all = string.Join(' ', [.. terms, text]);
        return all.Length > MaxContext ? (all[..MaxContext], true) : (all, false);
    }
}
