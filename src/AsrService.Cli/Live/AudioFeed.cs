using System.Runtime.InteropServices;
using System.Threading.Channels;
using AsrService.Audio;
using AsrService.Contracts.V1;
using Google.Protobuf;

namespace AsrService.Cli.Live;

/// <summary>A piece of audio, ready to be sent.</summary>
/// <param name="Data">Interleaved 32-bit floats.</param>
/// <param name="Frames">Sample frames in it.</param>
internal readonly record struct AudioBlock(ByteString Data, int Frames);

/// <summary>
/// A recording, pipe or microphone on its way to a service. It is read on a thread of its own, since a read may block
/// for ever and Ctrl-C is to be heard meanwhile; a few blocks are read ahead, no more.
/// </summary>
/// <remarks>Samples travel as floats: exact for every encoding that can be read.</remarks>
internal sealed class AudioFeed : IDisposable
{
    private const int MaxBlockBytes = 32 * 1024; // half of what a service takes by default
    private const int BlocksAhead = 16, BlocksPerSecond = 10;

    private readonly AudioReader _reader;
    private readonly Action? _stopDevice;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<AudioBlock> _blocks = Channel.CreateBounded<AudioBlock>(
        new BoundedChannelOptions(BlocksAhead) { SingleReader = true, SingleWriter = true });

    /// <summary>Begins to read.</summary>
    /// <param name="reader">Owned from here on, and closed at its end.</param>
    /// <param name="stopDevice">Makes a blocked read of a device return; null where nothing can.</param>
    public AudioFeed(AudioReader reader, Action? stopDevice = null)
    {
        _reader = reader;
        _stopDevice = stopDevice;
        Format = new AudioFormat
        {
            Encoding = AudioEncoding.PcmF32Le,
            SampleRateHertz = (uint)reader.SampleRate,
            Channels = (uint)reader.Channels,
        };
        new Thread(Pump) { IsBackground = true, Name = "audio feed" }.Start();
    }

    /// <summary>What to tell the service of the blocks.</summary>
    public AudioFormat Format { get; }

    /// <summary>The blocks, in order; reading ends with the reader's <see cref="AudioFormatException"/> if it throws one.</summary>
    public ChannelReader<AudioBlock> Blocks => _blocks.Reader;

    /// <summary>Stops reading; a thread that is blocked in a pipe ends with the process.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopDevice?.Invoke();
    }

    private void Pump()
    {
        Exception? fault = null;
        try
        {
            using (_reader) PumpBlocks();
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (Exception thrown)
        {
            fault = thrown; // for whoever reads the blocks
        }

        _blocks.Writer.Complete(fault);
    }

    private void PumpBlocks()
    {
        int frameBytes = _reader.Channels * sizeof(float);
        int frames = Math.Clamp(_reader.SampleRate / BlocksPerSecond, 1, MaxBlockBytes / frameBytes);
        var samples = new float[frames * _reader.Channels];
        for (int count; (count = _reader.Read(samples)) > 0;)
        {
            var bytes = MemoryMarshal.AsBytes(samples.AsSpan(0, count * _reader.Channels));
            var block = new AudioBlock(ByteString.CopyFrom(bytes), count);
            _blocks.Writer.WriteAsync(block, _stopping.Token).AsTask().GetAwaiter().GetResult();
        }
    }
}
