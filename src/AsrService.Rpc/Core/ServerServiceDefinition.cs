namespace Grpc.Core;

/// <summary>
/// What the generated <c>BindService(implementation)</c> returns. Generated code has to compile; nothing here takes
/// one, as services are mapped through <see cref="BindServiceMethodAttribute"/>.
/// </summary>
public class ServerServiceDefinition
{
    private ServerServiceDefinition()
    {
    }

    /// <summary>Starts a definition.</summary>
    public static Builder CreateBuilder() => new();

    /// <summary>Takes methods.</summary>
    public class Builder
    {
        private readonly ServerServiceDefinition _definition = new();

        /// <summary>Takes a unary method.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => this;

        /// <summary>Takes a client-streaming method.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => this;

        /// <summary>Takes a server-streaming method.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => this;

        /// <summary>Takes a bidirectional method.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => this;

        /// <summary>The definition.</summary>
        public ServerServiceDefinition Build() => _definition;
    }
}
