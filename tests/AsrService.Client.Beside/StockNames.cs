#pragma warning disable IDE0130 // the namespaces are those of the stock packages

namespace Grpc.Core
{
    public sealed class Metadata
    {
        public string Kind => "stock";
    }

    public sealed class RpcException() : Exception("stock");

    public sealed class CallInvoker;

    public enum StatusCode
    {
        OK,
    }
}

namespace Grpc.Net.Client
{
    public sealed class GrpcChannel;
}

namespace AsrService.Contracts.V1
{
    public sealed class Word;
}

namespace Google.Rpc
{
    public sealed class Status;
}
