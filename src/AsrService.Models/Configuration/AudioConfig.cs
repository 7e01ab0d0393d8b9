namespace AsrService.Models.Configuration;

/// <summary>Sizes of the audio encoder: convolution stem, transformer layers, projector.</summary>
public sealed record AudioConfig
{
    /// <summary>Mel bins of the log-mel input. Always 128: what the front end computes.</summary>
    public required int MelBins { get; init; }

    /// <summary>Channels of the three convolutions (<c>downsample_hidden_size</c>).</summary>
    public required int ConvChannels { get; init; }

    /// <summary>Width of the residual stream (<c>d_model</c>); even, and a multiple of <see cref="Heads"/>.</summary>
    public required int Width { get; init; }

    /// <summary>Transformer layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Width inside the feed-forward block.</summary>
    public required int FfnSize { get; init; }

    /// <summary>
    /// Width of an audio token as the decoder receives it; equal to <see cref="TextConfig.HiddenSize"/>.
    /// </summary>
    public required int OutputSize { get; init; }

    /// <summary>Half a conv chunk, in frames (<c>n_window</c>). 50 in every published checkpoint.</summary>
    public required int HalfChunkFrames { get; init; }

    /// <summary>
    /// Frames of an encoder window (<c>n_window_infer</c>): whole conv chunks. 800 (8 s) in the published ones.
    /// </summary>
    public required int WindowFrames { get; init; }

    /// <summary>Width of one attention head.</summary>
    public int HeadSize => Width / Heads;

    /// <summary>Frames that are convolved together; no context crosses their border.</summary>
    public int ChunkFrames => 2 * HalfChunkFrames;

    /// <summary>Audio tokens of a full conv chunk: three halvings, each rounded up. 13 for 100 frames.</summary>
    public int ChunkTokens => (ChunkFrames + 7) / 8;

    /// <summary>
    /// Audio tokens of an encoder window: those that attend to each other. 104 in the published ones.
    /// </summary>
    public int WindowTokens => ChunkTokens * (WindowFrames / ChunkFrames);

    /// <summary>
    /// Inputs of <c>conv_out</c>: channels × the mel bins left after three halvings. 7680 in the published ones.
    /// </summary>
    public int ConvFeatures => ConvChannels * ((MelBins + 7) / 8);

    /// <summary>Audio tokens of a clip: 13 for every full conv chunk of 100 frames, and one for every 8 frames begun after it.</summary>
    public int AudioTokens(int frames) => frames / ChunkFrames * ChunkTokens + (frames % ChunkFrames + 7) / 8;
}
