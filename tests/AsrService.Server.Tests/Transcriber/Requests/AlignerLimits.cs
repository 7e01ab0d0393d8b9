using AsrService.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;
using AlignerClient = AsrService.Contracts.V1.Aligner.AlignerClient;

namespace AsrService.Server.Tests.Transcriber.Requests;

/// <summary>What sends too much in a field of an aligner's request, by the field's name.</summary>
internal static class AlignerLimits
{
    private static readonly AudioFormat Raw = new() { Encoding = AudioEncoding.PcmS16Le, SampleRateHertz = 16_000 };

    private static readonly ByteString TooLong = ByteString.CopyFrom(new byte[(301 * 32_000) + 2]);

    public static Dictionary<string, (StatusCode[] Expected, Func<TestServer, Task<StatusCode>> Send)> Cases { get; } = new()
    {
        ["asr.v1.AlignRequest.model"] = Align(request => request.Model = new string('m', 129)),
        ["asr.v1.AlignRequest.client_request_id"] = Align(request => request.ClientRequestId = new string('i', 129)),
        ["asr.v1.AlignRequest.language"] = Align(request => request.Language = new string('e', 65)),
        ["asr.v1.AlignRequest.text"] = Align(request => request.Text = new string('t', 20_001)),
        ["asr.v1.AlignRequest.audio"] = Align(request => request.Audio = TooLong),
        ["asr.v1.StreamingAlignConfig.model"] = Stream(request => request.Config.Model = new string('m', 129)),
        ["asr.v1.StreamingAlignConfig.client_request_id"] = Stream(request => request.Config.ClientRequestId = new string('i', 129)),
        ["asr.v1.AlignSegment.segment_id"] = Segment(segment => segment.SegmentId = new string('s', 129)),
        ["asr.v1.AlignSegment.language"] = Segment(segment => segment.Language = new string('e', 65)),
        ["asr.v1.AlignSegment.text"] = Segment(segment => segment.Text = new string('t', 20_001)),
        ["asr.v1.AlignSegment.audio"] = Segment(segment => segment.Audio = TooLong),
    };

    private static (StatusCode[] Expected, Func<TestServer, Task<StatusCode>> Send) Align(Action<AlignRequest> fill)
    {
        var request = new AlignRequest { AudioFormat = Raw, Audio = ByteString.CopyFrom(new byte[3_200]), Text = "word", Language = "en" };
        fill(request);
        return ([StatusCode.InvalidArgument], server =>
            RequestLimitTests.StatusOf(() => new AlignerClient(server.Channel).AlignAsync(request).ResponseAsync));
    }

    private static (StatusCode[] Expected, Func<TestServer, Task<StatusCode>> Send) Stream(Action<StreamingAlignRequest> fill)
    {
        var first = new StreamingAlignRequest { Config = new StreamingAlignConfig { AudioFormat = Raw } };
        fill(first);
        return ([StatusCode.InvalidArgument], server => RequestLimitTests.StatusOf(async () =>
        {
            using var call = new AlignerClient(server.Channel).StreamingAlign();
            await call.RequestStream.WriteAsync(first);
            await call.ResponseStream.MoveNext(CancellationToken.None);
        }));
    }

    /// <summary>A segment's fault ends only the segment.</summary>
    private static (StatusCode[] Expected, Func<TestServer, Task<StatusCode>> Send) Segment(Action<AlignSegment> fill)
    {
        var segment = new AlignSegment { SegmentId = "one", Audio = ByteString.CopyFrom(new byte[3_200]), Text = "word", Language = "en" };
        fill(segment);
        return ([StatusCode.InvalidArgument], async server =>
        {
            using var call = new AlignerClient(server.Channel).StreamingAlign();
            await call.RequestStream.WriteAsync(new() { Config = new StreamingAlignConfig { AudioFormat = Raw } });
            await call.RequestStream.WriteAsync(new() { Segment = segment });
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            return (StatusCode)call.ResponseStream.Current.Error.Code;
        });
    }
}
