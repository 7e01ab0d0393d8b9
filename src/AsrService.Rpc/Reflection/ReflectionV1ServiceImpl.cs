using AsrService.Rpc.Wire;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Grpc.Reflection;

/// <summary>Server reflection v1: tells tools such as grpcurl which services there are and of what messages.</summary>
public class ReflectionV1ServiceImpl : ServerReflection.ServerReflectionBase
{
    private readonly string[] _services;
    private readonly SymbolRegistry _symbols;

    /// <summary>Reflection of the services that are listed.</summary>
    public ReflectionV1ServiceImpl(IEnumerable<ServiceDescriptor> serviceDescriptors)
    {
        ArgumentNullException.ThrowIfNull(serviceDescriptors);
        var services = serviceDescriptors.ToArray();
        _services = [.. services.Select(service => service.FullName).Order(StringComparer.Ordinal)];
        _symbols = new SymbolRegistry(services.Select(service => service.File));
    }

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
            await responseStream.WriteAsync(Answer(requestStream.Current)).ConfigureAwait(false);
        }
    }

    internal ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = request.MessageRequestCase switch
        {
            ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
                File(_symbols.FileByName(request.FileByFilename), request.FileByFilename),
            ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
                File(_symbols.FileContainingSymbol(request.FileContainingSymbol), request.FileContainingSymbol),
            ServerReflectionRequest.MessageRequestOneofCase.ListServices => List(),
            _ => Error(StatusCode.Unimplemented, "Extensions are a feature of proto2 and not used here."),
        };
        response.ValidHost = request.Host;
        response.OriginalRequest = request;
        return response;
    }

    private static ServerReflectionResponse File(FileDescriptor? file, string name) => file is null
        ? Error(StatusCode.NotFound, $"'{StatusText.Quote(name)}' is not known.")
        : new ServerReflectionResponse
        {
            FileDescriptorResponse = new() { FileDescriptorProto = { SymbolRegistry.WithImports(file) } },
        };

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };

    private ServerReflectionResponse List() => new()
    {
        ListServicesResponse = new ListServiceResponse
        {
            Service = { _services.Select(name => new ServiceResponse { Name = name }) },
        },
    };
}
