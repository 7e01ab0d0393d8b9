namespace AsrService.Models.Configuration;

/// <summary>Sizes of the text decoder.</summary>
public sealed record TextConfig
{
    /// <summary>Rows of the embedding; some of the last have no text token.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the gated feed-forward block.</summary>
    public required int FfnSize { get; init; }

    /// <summary>Transformer layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads; a multiple of <see cref="KvHeads"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads.</summary>
    public required int KvHeads { get; init; }

    /// <summary>
    /// Width of one head; even. Read, never computed: heads × head size may differ from the hidden size.
    /// </summary>
    public required int HeadSize { get; init; }

    /// <summary>Added to the mean square in every RMS norm.</summary>
    public required float RmsNormEpsilon { get; init; }

    /// <summary>Base of the rotary angles.</summary>
    public required double RopeTheta { get; init; }

    /// <summary>Positions the model was made for; a longer sequence is refused.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>
    /// Whether the embedding may serve as the output head. A stored <c>lm_head.weight</c> is used even then; when this
    /// is false it must be there.
    /// </summary>
    public required bool TiesEmbeddings { get; init; }

    /// <summary>Outputs of the query projection: all heads.</summary>
    public int QuerySize => Heads * HeadSize;

    /// <summary>Outputs of the key projection, and of the value projection.</summary>
    public int KvSize => KvHeads * HeadSize;
}
