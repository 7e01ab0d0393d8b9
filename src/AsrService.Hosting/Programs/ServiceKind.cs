namespace AsrService.Hosting;

/// <summary>What tells one service's program from another's.</summary>
/// <param name="Name">Of the program.</param>
/// <param name="GrpcPort">On loopback, unless another address is set.</param>
/// <param name="HttpPort">On loopback, unless another address is set.</param>
/// <param name="ModelSetting">What <c>--model</c> is short for.</param>
public sealed record ServiceKind(string Name, int GrpcPort, int HttpPort, string ModelSetting);
