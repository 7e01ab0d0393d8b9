using AsrService.Kernels;

namespace AsrService.Models.Encoder;

/// <summary>Log-mel features of one encoder window: at most 8 s, whose audio tokens attend to each other.</summary>
/// <param name="LogMel">[frames, mel bins]; whole conv chunks unless it is the clip's last window.</param>
/// <param name="PadChunk">
/// Whether a lone short conv chunk is padded to full length before the convolutions. True is what every implementation
/// does for clips of one second and more; false is the first official one's way with shorter clips.
/// </param>
public readonly record struct EncoderWindow(ReadOnlyMemory<float> LogMel, bool PadChunk = true);

/// <summary>The encoder's output for one window, in the backend's memory: a row of the decoder's width per audio token.</summary>
public sealed class AudioEmbeddings : IDisposable
{
    internal AudioEmbeddings(Tensor rows) => Rows = rows;

    /// <summary>Audio tokens.</summary>
    public int Count => Rows.Rows;

    internal Tensor Rows { get; }

    /// <inheritdoc/>
    public void Dispose() => Rows.Dispose();
}
