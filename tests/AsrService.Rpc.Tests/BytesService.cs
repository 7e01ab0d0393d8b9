using Grpc.Core;

namespace AsrService.Rpc.Tests;

/// <summary>A service of raw bytes as the generator would write it: tests choose every byte of a message.</summary>
internal static class Bytes
{
    public const string ServiceName = "test.Bytes";

    public static readonly Marshaller<byte[]> Plain = Marshallers.Create<byte[]>(
        static (message, context) =>
        {
            context.SetPayloadLength(message.Length);
            var target = context.GetBufferWriter();
            System.Buffers.BuffersExtensions.Write(target, message);
            context.Complete();
        },
        static context => context.PayloadAsNewBuffer());

    public static readonly Method<byte[], byte[]> Unary = Of(MethodType.Unary, nameof(Unary));

    public static readonly Method<byte[], byte[]> Upload = Of(MethodType.ClientStreaming, nameof(Upload));

    public static readonly Method<byte[], byte[]> Download = Of(MethodType.ServerStreaming, nameof(Download));

    public static readonly Method<byte[], byte[]> Duplex = Of(MethodType.DuplexStreaming, nameof(Duplex));

    public static void BindService(ServiceBinderBase binder, BytesBase? service)
    {
        binder.AddMethod(Unary, service is null ? default(UnaryServerMethod<byte[], byte[]>) : service.Unary);
        binder.AddMethod(
            Upload, service is null ? default(ClientStreamingServerMethod<byte[], byte[]>) : service.Upload);
        binder.AddMethod(
            Download, service is null ? default(ServerStreamingServerMethod<byte[], byte[]>) : service.Download);
        binder.AddMethod(
            Duplex, service is null ? default(DuplexStreamingServerMethod<byte[], byte[]>) : service.Duplex);
    }

    private static Method<byte[], byte[]> Of(MethodType type, string name) =>
        new(type, ServiceName, name, Plain, Plain);
}

[BindServiceMethod(typeof(Bytes), nameof(Bytes.BindService))]
public abstract class BytesBase
{
    public virtual Task<byte[]> Unary(byte[] request, ServerCallContext context) => throw Unimplemented();

    public virtual Task<byte[]> Upload(IAsyncStreamReader<byte[]> requestStream, ServerCallContext context) =>
        throw Unimplemented();

    public virtual Task Download(
        byte[] request, IServerStreamWriter<byte[]> responseStream, ServerCallContext context) => throw Unimplemented();

    public virtual Task Duplex(
        IAsyncStreamReader<byte[]> requestStream,
        IServerStreamWriter<byte[]> responseStream,
        ServerCallContext context) =>
        throw Unimplemented();

    private static RpcException Unimplemented() => new(new Status(StatusCode.Unimplemented, ""));
}

/// <summary>What a test wants the service to do; without a handler a method echoes.</summary>
public sealed class BytesHandlers
{
    public UnaryServerMethod<byte[], byte[]> Unary { get; set; } = (request, _) => Task.FromResult(request);

    public ClientStreamingServerMethod<byte[], byte[]> Upload { get; set; } = async (requests, _) =>
    {
        int sum = 0;
        while (await requests.MoveNext())
        {
            sum += requests.Current.Length;
        }

        return BitConverter.GetBytes(sum);
    };

    public ServerStreamingServerMethod<byte[], byte[]> Download { get; set; } = async (request, responses, _) =>
    {
        int count = BitConverter.ToInt32(request);
        for (int index = 0; index < count; index++)
        {
            await responses.WriteAsync(BitConverter.GetBytes(index));
        }
    };

    public DuplexStreamingServerMethod<byte[], byte[]> Duplex { get; set; } = async (requests, responses, _) =>
    {
        while (await requests.MoveNext())
        {
            await responses.WriteAsync(requests.Current);
        }
    };
}

public sealed class BytesService(BytesHandlers handlers) : BytesBase
{
    public override Task<byte[]> Unary(byte[] request, ServerCallContext context) => handlers.Unary(request, context);

    public override Task<byte[]> Upload(IAsyncStreamReader<byte[]> requestStream, ServerCallContext context) =>
        handlers.Upload(requestStream, context);

    public override Task Download(
        byte[] request, IServerStreamWriter<byte[]> responseStream, ServerCallContext context) =>
        handlers.Download(request, responseStream, context);

    public override Task Duplex(
        IAsyncStreamReader<byte[]> requestStream,
        IServerStreamWriter<byte[]> responseStream,
        ServerCallContext context) =>
        handlers.Duplex(requestStream, responseStream, context);
}
