namespace AsrService.TestKit;

/// <summary>How a checkpoint folder names its files, fields and tensors.</summary>
public enum CheckpointNaming
{
    /// <summary>As first published: everything under <c>thinker</c>, tokenizer in three files.</summary>
    Original,

    /// <summary>The first <c>-hf</c> folders: old field names, projector still inside the audio tower.</summary>
    EarlyHf,

    /// <summary>The <c>-hf</c> folders of today.</summary>
    Hf,
}

/// <summary>Stored tensor names.</summary>
public static class CheckpointNamingExtensions
{
    /// <summary>The name under which a folder of this naming stores the tensor of a canonical name.</summary>
    public static string StoredName(this CheckpointNaming naming, string canonical, bool isAligner)
    {
        if (naming == CheckpointNaming.Original) return $"thinker.{canonical}";
        if (canonical == "lm_head.weight") return isAligner ? "score.weight" : canonical;
        if (canonical.StartsWith("model.", StringComparison.Ordinal)) return $"model.language_model.{canonical[6..]}";
        string stored = $"model.{canonical}";
        return naming == CheckpointNaming.EarlyHf ? stored : stored
            .Replace("audio_tower.proj1.", "multi_modal_projector.linear_1.", StringComparison.Ordinal)
            .Replace("audio_tower.proj2.", "multi_modal_projector.linear_2.", StringComparison.Ordinal);
    }
}
