using AsrService.Contracts.V1;
using AsrService.TestKit;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using ReflectionV1 = Grpc.Reflection.V1;
using ReflectionV1Alpha = Grpc.Reflection.V1Alpha;

namespace AsrService.Server.Tests.Transcriber.Requests;

/// <summary>Every text, list and byte field of every request has a limit, which is documented and holds.</summary>
[Trait("Category", "EndToEnd")]
public class RequestLimitTests
{
    private static readonly AudioFormat Raw = new() { Encoding = AudioEncoding.PcmS16Le, SampleRateHertz = 16_000 };

    /// <summary>What sends too much in a field, by its name; its status must be that of the table in docs/security.md.</summary>
    private static readonly Dictionary<string, (StatusCode[] Expected, Func<TestServer, Task<StatusCode>> Send)> Cases = new(AlignerLimits.Cases)
    {
        ["asr.v1.RecognitionOptions.model"] = Recognition(options => options.Model = new string('m', 129)),
        ["asr.v1.RecognitionOptions.client_request_id"] = Recognition(options => options.ClientRequestId = new string('i', 129)),
        ["asr.v1.LanguageOptions.languages"] = Recognition(options => options.Language = new LanguageOptions { Languages = { Enumerable.Repeat("en", 31) } }),
        ["asr.v1.LanguageOptions.languages[]"] = Recognition(options => options.Language = new LanguageOptions { Languages = { new string('e', 65) } }),
        ["asr.v1.Biasing.terms"] = Recognition(options => options.Biasing = new Biasing { Terms = { Enumerable.Repeat("term", 1_001) } }),
        ["asr.v1.Biasing.terms[]"] = Recognition(options => options.Biasing = new Biasing { Terms = { new string('t', 201) } }),
        ["asr.v1.Biasing.context"] = Recognition(options => options.Biasing = new Biasing { Context = new string('c', 10_001) }),
        ["asr.v1.AudioChunk.data"] = Live(LiveCall.Audio(new byte[(64 * 1024) + 2])),
        ["asr.v1.TranscribeFileRequest.chunk"] = ([StatusCode.InvalidArgument], async server =>
        {
            using var call = server.Client.TranscribeFile();
            await call.RequestStream.WriteAsync(new() { Config = new TranscribeFileConfig { AudioFormat = Raw } });
            await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(new byte[(64 * 1024) + 2]) });
            return await StatusOf(async () =>
            {
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                }
            });
        }),
        ["asr.v1.TranscribeRequest.audio"] = ([StatusCode.ResourceExhausted, StatusCode.InvalidArgument], async server =>
        {
            var tooBig = new TranscribeRequest { AudioFormat = Raw, Audio = ByteString.CopyFrom(new byte[4 << 20]) };
            Assert.Equal(StatusCode.ResourceExhausted, await StatusOf(() => server.Client.TranscribeAsync(tooBig).ResponseAsync));
            var tooLong = new TranscribeRequest { AudioFormat = Raw, Audio = ByteString.CopyFrom(new byte[(60 * 32_000) + 2]) };
            return await StatusOf(() => server.Client.TranscribeAsync(tooLong).ResponseAsync);
        }),
        ["asr.v1.Resume.session_id"] = ResumeWith(resume => resume.SessionId = new string('s', 100_000)),
        ["asr.v1.Resume.resume_token"] = ResumeWith(resume => resume.ResumeToken = ByteString.CopyFrom(new byte[4_097])),
        ["asr.v1.ListSessionsRequest.page_token"] = ([StatusCode.InvalidArgument], server => StatusOf(
            () => new Contracts.V1.Operations.OperationsClient(server.Channel).ListSessionsAsync(new() { PageToken = new string('A', 99) }).ResponseAsync)),
        ["grpc.health.v1.HealthCheckRequest.service"] = ([StatusCode.InvalidArgument], server => StatusOf(
            () => new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest { Service = new string('h', 1_025) }).ResponseAsync)),
        ["grpc.reflection.v1.ServerReflectionRequest"] = ([StatusCode.ResourceExhausted], async server =>
        {
            using var call = new ReflectionV1.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
            await call.RequestStream.WriteAsync(new() { FileContainingSymbol = new string('r', 16 * 1024) });
            return await StatusOf(() => call.ResponseStream.MoveNext(CancellationToken.None));
        }),
        ["grpc.reflection.v1alpha.ServerReflectionRequest"] = ([StatusCode.ResourceExhausted], async server =>
        {
            using var call = new ReflectionV1Alpha.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
            await call.RequestStream.WriteAsync(new() { FileContainingSymbol = new string('r', 16 * 1024) });
            return await StatusOf(() => call.ResponseStream.MoveNext(CancellationToken.None));
        }),
    };

    public static TheoryData<string> Fields => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Request_WithTooMuchInAField_IsRefused(string field)
    {
        await using var server = await TestServer.StartAsync();
        var (expected, send) = Cases[field];

        Assert.Contains(await send(server), expected);
        Assert.Empty(server.Errors.Lines);
    }

    /// <summary>Fails where somebody adds a field to a request, or a service, and nobody says how much may be in it.</summary>
    [Fact]
    public async Task EveryField_OfEveryRequestThatIsServed_IsTriedAndDocumented()
    {
        await using var server = await TestServer.StartAsync();
        string page = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "docs", "security.md"), TestContext.Current.CancellationToken);
        var requests = server.Endpoints.Select(one => one.Metadata.GetMetadata<GrpcMethodMetadata>()).OfType<GrpcMethodMetadata>()
            .Select(method => RequestOf(method.Method)).Distinct();

        // A case of the request itself is one of all its fields together.
        var fields = requests.SelectMany(request => Sized(request, []).Select(field => (Request: request.FullName, Field: field))).ToList();
        var missing = fields.Where(one => !Cases.ContainsKey(one.Field) && !Cases.ContainsKey(one.Request)).Distinct();
        var undocumented = Cases.Keys.Where(key => !page.Contains('`' + WithoutPackage(key), StringComparison.Ordinal));

        Assert.Contains(("asr.v1.StreamingTranscribeRequest", "asr.v1.Biasing.terms"), fields);
        Assert.Empty(missing);
        Assert.Empty(undocumented);
    }

    private static string WithoutPackage(string field) => string.Join(
        '.', field.TrimEnd('[', ']').Split('.').SkipWhile(part => !char.IsAsciiLetterUpper(part[0])));

    private static MessageDescriptor RequestOf(IMethod method)
    {
        var marshaller = method.GetType().GetProperty("RequestMarshaller")!.GetValue(method)!;
        var message = (IMessage)Activator.CreateInstance(marshaller.GetType().GetGenericArguments()[0])!;
        return message.Descriptor;
    }

    /// <summary>Fields of texts and bytes, and lists, of a message and of all within it.</summary>
    private static IEnumerable<string> Sized(MessageDescriptor message, HashSet<MessageDescriptor> seen)
    {
        if (!seen.Add(message)) yield break;
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            bool isText = field.FieldType is FieldType.String or FieldType.Bytes;
            if (field.IsRepeated || isText) yield return field.FullName;
            if (field.IsRepeated && isText) yield return field.FullName + "[]";
            if (field.FieldType is not FieldType.Message) continue;
            foreach (string inner in Sized(field.MessageType, seen)) yield return inner;
        }
    }

    private static (StatusCode[] Expected, Func<TestServer, Task<StatusCode>> Send) Recognition(Action<RecognitionOptions> fill)
    {
        var config = LiveCall.Config;
        config.Recognition = new RecognitionOptions();
        fill(config.Recognition);
        return ([StatusCode.InvalidArgument], async server =>
        {
            var file = await StatusOf(() => server.Client.TranscribeAsync(new TranscribeRequest
            {
                AudioFormat = Raw, Audio = ByteString.CopyFrom(new byte[320]), Recognition = config.Recognition,
            }).ResponseAsync);
            Assert.Equal(StatusCode.InvalidArgument, file);
            return (await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Config = config })).Code;
        });
    }

    private static (StatusCode[] Expected, Func<TestServer, Task<StatusCode>> Send) Live(StreamingTranscribeRequest request) =>
        ([StatusCode.InvalidArgument], async server =>
            (await LiveCall.RunAsync(server.Client, new() { Config = LiveCall.Config }, request)).Code);

    private static (StatusCode[] Expected, Func<TestServer, Task<StatusCode>> Send) ResumeWith(Action<Resume> fill)
    {
        var resume = new Resume { Config = LiveCall.Config };
        fill(resume);
        return ([StatusCode.NotFound], async server =>
            (await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Resume = resume })).Code);
    }

    internal static async Task<StatusCode> StatusOf(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }
}
