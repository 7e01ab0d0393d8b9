using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;

namespace Grpc.Reflection;

/// <summary>Server reflection v1alpha, for older tools: v1 under another name, so the same bytes.</summary>
public class ReflectionServiceImpl : ServerReflection.ServerReflectionBase
{
    private readonly ReflectionV1ServiceImpl _v1;

    /// <summary>Reflection of the services that are listed.</summary>
    public ReflectionServiceImpl(IEnumerable<Google.Protobuf.Reflection.ServiceDescriptor> serviceDescriptors) =>
        _v1 = new ReflectionV1ServiceImpl(serviceDescriptors);

    /// <inheritdoc/>
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(requestStream);
        ArgumentNullException.ThrowIfNull(responseStream);
        while (await requestStream.MoveNext().ConfigureAwait(false))
        {
            var answer = _v1.Answer(V1.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString()));
            await responseStream.WriteAsync(ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()))
                .ConfigureAwait(false);
        }
    }
}
