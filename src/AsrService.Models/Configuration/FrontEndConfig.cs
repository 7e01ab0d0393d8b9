namespace AsrService.Models.Configuration;

/// <summary>Checks that a checkpoint wants the log-mel front end that is implemented; it has no settings.</summary>
/// <remarks>
/// <c>chunk_length</c> (30 s) is ignored on purpose: the model has no such limit. A folder without either file is
/// accepted, the architecture having only one front end.
/// </remarks>
internal static class FrontEndConfig
{
    public const int MelBins = 128;

    private static readonly (string Field, int Value)[] Required =
        [("feature_size", MelBins), ("sampling_rate", 16000), ("n_fft", 400), ("hop_length", 160)];

    /// <summary>Checks preprocessor_config.json and processor_config.json, whichever the folder has.</summary>
    public static void Check(string folder)
    {
        foreach (string name in new[] { "preprocessor_config.json", "processor_config.json" })
            JsonFile.ReadOptional(Path.Combine(folder, name), absent: true, Check);
    }

    public static bool Check(JsonSection root)
    {
        var section = root.OptionalSection("feature_extractor") ?? root; // newer -hf folders nest it
        foreach (var (field, value) in Required)
        {
            if (section.OptionalInteger(int.MinValue, int.MaxValue, field) is { } found && found != value)
                throw section.Wrong(field, $"{value}", $"{found}");
        }

        if (section.OptionalNumber(double.MinValue, double.MaxValue, "dither") is { } dither && dither != 0)
            throw section.Wrong("dither", "0", FormattableString.Invariant($"{dither}"));
        if (section.OptionalFlag("do_normalize") == true) throw section.Wrong("do_normalize", "false", "true");
        return true;
    }
}
