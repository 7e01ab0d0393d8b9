using System.Runtime.InteropServices;
using AsrService.Audio;
using AsrService.Cli.Live;
using AsrService.Cli.Transcription;
using AsrService.Contracts.V1;
using Google.Protobuf;

namespace AsrService.Cli.Load;

/// <summary>Recordings one after another, in memory once, and played to any number of streams from any place.</summary>
internal sealed class LoadTape
{
    public const int SampleRate = 16_000;

    /// <summary>Blocks of a second.</summary>
    public const int BlocksPerSecond = 10;

    private const int BlockFrames = SampleRate / BlocksPerSecond;
    private const int MaxFrames = 2 * 3600 * SampleRate; // 220 MiB

    private static readonly string[] Endings =
        [".wav", ".flac", ".mp3", ".m4a", ".mp4", ".ogg", ".opus", ".webm", ".aac", ".aiff", ".caf", ".amr", ".pcm", ".raw"];

    private readonly AudioBlock[] _blocks;

    /// <param name="samples">16 kHz mono; above 0 of them. The last block is filled up with silence.</param>
    public LoadTape(ReadOnlySpan<float> samples)
    {
        _blocks = new AudioBlock[(samples.Length + BlockFrames - 1) / BlockFrames];
        short[] block = new short[BlockFrames];
        for (int i = 0; i < _blocks.Length; i++)
        {
            var part = samples.Slice(i * BlockFrames, Math.Min(BlockFrames, samples.Length - i * BlockFrames));
            Array.Clear(block);
            for (int j = 0; j < part.Length; j++) block[j] = (short)Math.Clamp(MathF.Round(part[j] * 32768), short.MinValue, short.MaxValue);
            _blocks[i] = new AudioBlock(ByteString.CopyFrom(MemoryMarshal.AsBytes(block.AsSpan())), BlockFrames);
        }
    }

    /// <summary>What to tell a service of the blocks.</summary>
    public static AudioFormat Format { get; } =
        new() { Encoding = AudioEncoding.PcmS16Le, SampleRateHertz = SampleRate, Channels = 1 };

    /// <summary>Blocks of 100 ms.</summary>
    public int Length => _blocks.Length;

    /// <summary>Reads the recordings of a folder in the order of their names, or one file; channels are mixed.</summary>
    /// <exception cref="AudioFormatException">One of them cannot be read, or there are none, or more than 2 h.</exception>
    public static LoadTape Read(string path)
    {
        var samples = new List<float>();
        foreach (string file in Recordings(path))
        {
            using var reader = OfflineTranscription.Open(file);
            samples.AddRange(reader.ReadToEnd());
            if (samples.Count > MaxFrames) throw new AudioFormatException($"{path}: expected at most 2 h of audio, found more.");
        }

        if (samples.Count == 0) throw new AudioFormatException($"{path}: expected a recording, or a folder with some, found none.");
        return new LoadTape(CollectionsMarshal.AsSpan(samples));
    }

    /// <summary>Blocks from a place on, over and over.</summary>
    /// <param name="place">Index of the first block.</param>
    /// <param name="count">How many.</param>
    public IEnumerable<AudioBlock> Play(int place, int count)
    {
        for (int i = 0; i < count; i++) yield return _blocks[(int)(((long)place + i) % _blocks.Length)];
    }

    private static IEnumerable<string> Recordings(string path) => !Directory.Exists(path)
        ? [path]
        : Directory.GetFiles(path)
            .Where(file => Endings.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .Order(StringComparer.Ordinal);
}
