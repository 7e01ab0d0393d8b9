using Grpc.Core;

namespace AsrService.Rpc.Client;

/// <summary>What the calls of one channel share.</summary>
/// <param name="Address">Scheme and authority of every request.</param>
/// <param name="Invoker">Sends requests; answers as soon as the response's headers are there.</param>
/// <param name="MaxSendMessageSize">Bytes; null for no limit.</param>
/// <param name="MaxReceiveMessageSize">Bytes; null for no limit.</param>
/// <param name="CallCredentials">For every call; null for none.</param>
/// <param name="MayCarryCredentials">Whether call credentials may be sent over this channel.</param>
/// <param name="ThrowOperationCanceled">Whether a cancelled call throws OperationCanceledException.</param>
/// <param name="Time">Clock of the deadlines.</param>
/// <param name="Closing">Cancelled when the channel is disposed.</param>
internal sealed record ChannelSettings(
    Uri Address,
    HttpMessageInvoker Invoker,
    int? MaxSendMessageSize,
    int? MaxReceiveMessageSize,
    CallCredentials? CallCredentials,
    bool MayCarryCredentials,
    bool ThrowOperationCanceled,
    TimeProvider Time,
    CancellationToken Closing);
