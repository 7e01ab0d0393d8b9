namespace AsrService.Engine.Diagnostics;

/// <summary>What a step does for a work, in this order.</summary>
internal enum ModelStage
{
    /// <summary>Its windows go through the encoder.</summary>
    Encoder,

    /// <summary>Positions of its prompt are appended.</summary>
    Prefill,

    /// <summary>It gets its next token.</summary>
    Decode,
}

/// <summary>Takes the measures of one model's steps.</summary>
internal interface IStageMetrics
{
    /// <summary>A work has begun, and how long it waited for that.</summary>
    void Begun(TimeSpan wait);

    /// <summary>A work's wait for a stage is over.</summary>
    void Waited(ModelStage stage, TimeSpan wait);

    /// <summary>A stage of a step has run.</summary>
    void StageRun(ModelStage stage, int sequences, TimeSpan elapsed);

    /// <summary>What is left to do after a step, by stage, and the KV blocks that are free.</summary>
    void StepDone(int waiting, int encoder, int prefill, int decode, int freeBlocks);
}
