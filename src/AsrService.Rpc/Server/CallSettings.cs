using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Logging;

namespace AsrService.Rpc.Server;

/// <summary>What the calls of one service share.</summary>
internal sealed record CallSettings(
    int? MaxReceiveMessageSize,
    int? MaxSendMessageSize,
    bool EnableDetailedErrors,
    string? ResponseEncoding,
    CompressionLevel CompressionLevel,
    TimeSpan StatusTimeout,
    TimeProvider Time,
    ILogger Logger)
{
    public static CallSettings From(
        GrpcServiceOptions options, GrpcStatusTimeout statusTimeout, TimeProvider time, ILogger logger) => new(
        options.MaxReceiveMessageSize,
        options.MaxSendMessageSize,
        options.EnableDetailedErrors ?? false,
        options.ResponseCompressionAlgorithm,
        options.ResponseCompressionLevel ?? CompressionLevel.Fastest,
        statusTimeout.Limit,
        time,
        logger);
}
