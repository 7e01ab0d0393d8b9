using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;

namespace AsrService.Rpc.Tests;

/// <summary>An HTTP/2 connection whose every frame the test decides.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly HpackDecoder _headers = new();
    private readonly CancellationTokenSource _patience = new(Patience);

    private RawConnection(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        var connection = new RawConnection(client);
        await connection.SendAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        // No dynamic table (so that the decoder needs none) and a window that no answer here fills.
        await connection.SendAsync(Frames.Frame(Frames.Settings, 0, 0, [0, 1, 0, 0, 0, 0, 0, 4, 0, 16, 0, 0]));
        return connection;
    }

    public static (string Name, string Value)[] CallHeaders(
        string path, params (string Name, string Value)[] more) =>
    [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
        ("content-type", "application/grpc"), ("te", "trailers"), .. more,
    ];

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes, _patience.Token);

    /// <summary>Sends to a server that may have hung up.</summary>
    /// <returns>Whether it has not.</returns>
    public async Task<bool> TrySendAsync(byte[] bytes)
    {
        try
        {
            await SendAsync(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public Task SendHeadersAsync(
        int stream, IEnumerable<(string, string)> headers, bool endStream = false) => SendAsync(
        Frames.Frame(
            Frames.Headers,
            (byte)(Frames.EndHeaders | (endStream ? Frames.EndStream : 0)),
            stream,
            Frames.HeaderBlock(headers)));

    public Task SendDataAsync(int stream, byte[] data, bool endStream = false) =>
        SendAsync(Frames.Frame(Frames.Data, endStream ? Frames.EndStream : (byte)0, stream, data));

    /// <summary>A whole call on stream 1.</summary>
    public async Task SendCallAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        await SendHeadersAsync(1, CallHeaders(path, headers));
        await SendDataAsync(1, body, endStream: true);
    }

    /// <summary>The next frame; null when the server has closed the connection.</summary>
    public async Task<RawFrame?> ReadFrameAsync()
    {
        byte[] head = new byte[9];
        try
        {
            await _stream.ReadExactlyAsync(head, _patience.Token);
            byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
            await _stream.ReadExactlyAsync(payload, _patience.Token);
            return new RawFrame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
        catch (Exception closed) when (closed is IOException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>Reads until a stream or the connection ends.</summary>
    public async Task<RawResponse> ReadResponseAsync(int stream)
    {
        var response = new RawResponse();
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame is { Type: Frames.Settings, Flags: 0 })
            {
                await TrySendAsync(Frames.Frame(Frames.Settings, Frames.Ack, 0, []));
            }

            if (frame.Type == Frames.GoAway)
            {
                response.ConnectionError = BinaryPrimitives.ReadInt32BigEndian(frame.Payload.AsSpan(4));
                return response;
            }

            if (frame.Type == Frames.Headers) response.Add(_headers.Decode(frame.Payload), frame.Stream == stream);
            if (frame.Stream != stream) continue;
            if (frame.Type == Frames.Data) response.Body = [.. response.Body, .. frame.Payload];
            if (frame.Type == Frames.Reset) response.ResetCode = BinaryPrimitives.ReadInt32BigEndian(frame.Payload);
            bool isEnd = frame.Type is Frames.Data or Frames.Headers && (frame.Flags & Frames.EndStream) != 0;
            if (isEnd || frame.Type == Frames.Reset) return response;
        }

        response.IsClosed = true;
        return response;
    }

    /// <summary>Ends the connection with a reset, as a process that dies.</summary>
    public void Abort() => _client.Client.Close(timeout: 0);

    public ValueTask DisposeAsync()
    {
        _patience.Dispose();
        _client.Dispose();
        return default;
    }
}

internal sealed record RawFrame(byte Type, byte Flags, int Stream, byte[] Payload);

/// <summary>Headers and trailers together, and how the stream ended.</summary>
internal sealed class RawResponse
{
    public Dictionary<string, string> Headers { get; } = [];

    public byte[] Body { get; set; } = [];

    public int? ResetCode { get; set; }

    public int? ConnectionError { get; set; }

    public bool IsClosed { get; set; }

    public string Status => Headers.GetValueOrDefault(
        "grpc-status", $"none (reset {ResetCode}, connection error {ConnectionError}, closed {IsClosed})");

    /// <summary>What the transport says of its own failure, in the trailer that carries a google.rpc.Status.</summary>
    public Google.Rpc.ErrorInfo Cause
    {
        get
        {
            string value = Headers["grpc-status-details-bin"];
            byte[] bytes = Convert.FromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '='));
            var status = Google.Rpc.Status.Parser.ParseFrom(bytes);
            Assert.Equal(Status, status.Code.ToString(provider: null));
            Assert.Equal(Uri.UnescapeDataString(Headers["grpc-message"]), status.Message);
            return Assert.IsType<Google.Rpc.ErrorInfo>(status.GetDetail<Google.Rpc.ErrorInfo>());
        }
    }

    public void Add(IEnumerable<(string Name, string Value)> headers, bool isMine)
    {
        foreach (var (name, value) in headers)
        {
            if (isMine) Headers[name] = value;
        }
    }
}
