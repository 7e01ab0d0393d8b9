using System.IO.Compression;
using System.IO.Pipelines;
using AsrService.Rpc.Wire;
using Grpc.Core;

namespace AsrService.Rpc.Tests.Wire;

[Trait("Category", "Unit")]
public class MessageTests
{
    private static readonly Marshaller<byte[]> WithoutLength = Marshallers.Create<byte[]>(
        static (message, context) =>
        {
            System.Buffers.BuffersExtensions.Write(context.GetBufferWriter(), message);
            context.Complete();
        },
        static context => context.PayloadAsNewBuffer());

    private static readonly Marshaller<byte[]> AsArray = Marshallers.Create<byte[]>(
        (message, context) => context.Complete(message), context => context.PayloadAsNewBuffer());

    public static TheoryData<string, int, bool> Shapes()
    {
        var shapes = new TheoryData<string, int, bool>();
        foreach (string marshaller in new[] { "plain", "without length", "as array" })
        {
            foreach (int size in new[] { 0, 1, 300, 100_000 })
            {
                shapes.Add(marshaller, size, false);
                shapes.Add(marshaller, size, true);
            }
        }

        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task WriteAndRead_ByteByByte_KeepsMessages(string kind, int size, bool isCompressed)
    {
        var marshaller = kind switch { "plain" => Bytes.Plain, "without length" => WithoutLength, _ => AsArray };
        byte[] message = new byte[size];
        new Random(size).NextBytes(message);
        using var buffer = new PooledBuffer();
        var writer = new MessageWriter<byte[]>(marshaller, limit: null);
        writer.Write(message, buffer, isCompressed ? CompressionLevel.Fastest : null);
        writer.Write([7], buffer, compression: null);

        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new MessageReader<byte[]>(pipe.Reader, marshaller, isCompressed ? "gzip" : null, limit: null);
        var first = reader.ReadAsync(CancellationToken.None).AsTask();
        foreach (byte unit in buffer.Written.ToArray())
        {
            await pipe.Writer.WriteAsync(new[] { unit });
        }

        await pipe.Writer.CompleteAsync();
        Assert.Equal(message, await first.Soon());
        Assert.Equal([7], (await reader.ReadAsync(CancellationToken.None))!);
        Assert.Null(await reader.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Read_AfterAMalformedMessage_StaysMalformed()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Frames.Message([1], flag: 9));
        await pipe.Writer.WriteAsync(Frames.Message([1]));
        var reader = new MessageReader<byte[]>(pipe.Reader, Bytes.Plain, null, limit: null);

        await reader.ReadAsync(CancellationToken.None).AsTask().FailsAsync(StatusCode.Internal);
        await pipe.Writer.WriteAsync(Frames.Message([1]));
        await reader.ReadAsync(CancellationToken.None).AsTask().FailsAsync(StatusCode.Internal);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Read_Limit_IsTheLargestSizeTaken(int size, bool isTaken)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Frames.Message(new byte[size]));
        var reader = new MessageReader<byte[]>(pipe.Reader, Bytes.Plain, null, limit: 5);

        var reading = reader.ReadAsync(CancellationToken.None).AsTask();

        if (isTaken) Assert.Equal(size, (await reading)!.Length);
        else await reading.FailsAsync(StatusCode.ResourceExhausted);
    }

    [Fact]
    public void Write_OverTheLimit_WritesNothing()
    {
        using var buffer = new PooledBuffer();
        var writer = new MessageWriter<byte[]>(Bytes.Plain, limit: 5);

        Assert.Throws<RpcException>(() => writer.Write(new byte[6], buffer, compression: null));

        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void Write_MarshallerThatCompletesNothing_IsAnError()
    {
        using var buffer = new PooledBuffer();
        var writer = new MessageWriter<byte[]>(Marshallers.Create<byte[]>((_, _) => { }, _ => []), limit: null);

        Assert.Throws<InvalidOperationException>(() => writer.Write([1], buffer, compression: null));
    }

    [Fact]
    public void Decompress_Truncated_IsAnError()
    {
        using var compressed = new PooledBuffer();
        GzipCodec.Compress(new byte[50_000], compressed, CompressionLevel.Fastest);
        using var target = new PooledBuffer();

        Assert.Throws<RpcException>(() => GzipCodec.Decompress(
            new System.Buffers.ReadOnlySequence<byte>(compressed.Written[..(compressed.Length / 2)]),
            target,
            limit: null));
    }

    [Fact]
    public void Decompress_MoreThanTheLimit_StopsEarly()
    {
        using var bomb = new PooledBuffer();
        GzipCodec.Compress(new byte[50_000_000], bomb, CompressionLevel.Fastest);
        using var target = new PooledBuffer();

        Assert.Throws<RpcException>(() =>
            GzipCodec.Decompress(new System.Buffers.ReadOnlySequence<byte>(bomb.Written), target, limit: 1000));

        Assert.InRange(target.Length, 1001, 100_000);
    }
}
