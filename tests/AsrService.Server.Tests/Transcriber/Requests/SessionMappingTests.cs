using AsrService.Audio;
using AsrService.Engine.Sessions;
using AsrService.Server.Transcriber;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Tests.Transcriber.Requests;

[Trait("Category", "Unit")]
public class SessionMappingTests
{
    public static TheoryData<string, Action<V1.StreamingConfig>> BadValues { get; } = new()
    {
        { "config.audio_format", config => config.AudioFormat = null },
        { "config.audio_format.encoding", config => config.AudioFormat.Encoding = V1.AudioEncoding.Unspecified },
        { "config.audio_format.encoding", config => config.AudioFormat.Encoding = V1.AudioEncoding.Container },
        { "config.audio_format.encoding", config => config.AudioFormat.Encoding = (V1.AudioEncoding)7 },
        { "config.audio_format.sample_rate_hertz", config => config.AudioFormat.SampleRateHertz = 7_999 },
        { "config.audio_format.sample_rate_hertz", config => config.AudioFormat.SampleRateHertz = 48_001 },
        { "config.audio_format.channels", config => config.AudioFormat.Channels = 9 },
        { "config.interim.interval", config => config.Interim.Interval = TestFacts.Seconds(0.249) },
        { "config.interim.interval", config => config.Interim.Interval = new Duration { Seconds = 2, Nanos = 1 } },
        { "config.interim.interval", config => config.Interim.Interval = new Duration { Seconds = 1, Nanos = -1 } },
        { "config.interim.agreement", config => config.Interim.Agreement = 0 },
        { "config.interim.agreement", config => config.Interim.Agreement = 9 },
        { "config.endpointing.mode", config => config.Endpointing.Mode = (V1.EndpointingMode)3 },
        { "config.endpointing.min_silence", config => config.Endpointing.MinSilence = TestFacts.Seconds(0.099) },
        { "config.endpointing.min_silence", config => config.Endpointing.MinSilence = TestFacts.Seconds(5.001) },
        { "config.endpointing.max_segment", config => config.Endpointing.MaxSegment = TestFacts.Seconds(9.999) },
        { "config.endpointing.max_segment", config => config.Endpointing.MaxSegment = TestFacts.Seconds(30.001) },
        { "config.endpointing.speech_pad", config => config.Endpointing.SpeechPad = TestFacts.Seconds(-0.001) },
        { "config.endpointing.speech_pad", config => config.Endpointing.SpeechPad = TestFacts.Seconds(0.501) },
        { "config.recognition.model", config => config.Recognition.Model = new string('m', 129) },
        { "config.recognition.client_request_id", config => config.Recognition.ClientRequestId = new string('i', 129) },
        { "config.recognition.client_request_id", config => config.Recognition.ClientRequestId = "a\nb" },
        { "config.recognition.client_request_id", config => config.Recognition.ClientRequestId = "é" },
        { "config.recognition.word_times", config => config.Recognition.WordTimes = (V1.WordTimes)5 },
        { "config.recognition.language.mode", config => config.Recognition.Language.Mode = (V1.LanguageMode)4 },
        { "config.recognition.language.mode", config => config.Recognition.Language.Mode = V1.LanguageMode.Force },
        { "config.recognition.language.languages[0]", config => config.Recognition.Language.Languages.Add("Klingon") },
        { "config.recognition.language.languages[0]", config => config.Recognition.Language.Languages.Add("de") },
        { "config.recognition.language.languages[1]", config => config.Recognition.Language.Languages.Add(["en", ""]) },
        { "config.recognition.language.languages[0]", config => config.Recognition.Language.Languages.Add(new string('x', 65)) },
        { "config.recognition.language.languages", config => config.Recognition.Language.Languages.Add(Enumerable.Repeat("en", 31)) },
        { "config.recognition.biasing.terms", config => config.Recognition.Biasing.Terms.Add(Enumerable.Repeat("a", 1001)) },
        { "config.recognition.biasing.terms[1]", config => config.Recognition.Biasing.Terms.Add(["a", new string('é', 101)]) },
        { "config.recognition.biasing.terms[0]", config => config.Recognition.Biasing.Terms.Add("") },
        { "config.recognition.biasing.context", config => config.Recognition.Biasing.Context = new string('é', 5001) },
    };

    [Theory, MemberData(nameof(BadValues), DisableDiscoveryEnumeration = true)]
    public void Read_AValueOutOfItsRange_NamesItsField(string field, Action<V1.StreamingConfig> spoil)
    {
        var config = Config();
        spoil(config);

        Assert.Equal([field], TestFacts.ViolationsOf(() => SessionMapping.Read(config, TestFacts.Model)));
    }

    [Fact]
    public void Read_SeveralBadValues_NamesAll()
    {
        var config = Config();
        config.Interim.Interval = TestFacts.Seconds(9);
        config.AudioFormat.SampleRateHertz = 1;
        config.Recognition.Language.Languages.Add(["Klingon", "en", "Elvish"]);

        Assert.Equal(
            [
                "config.recognition.language.languages[0]", "config.recognition.language.languages[2]",
                "config.audio_format.sample_rate_hertz", "config.interim.interval",
            ],
            TestFacts.ViolationsOf(() => SessionMapping.Read(config, TestFacts.Model)));
    }

    [Fact]
    public void Read_ABadValue_SaysTheValueAndTheLimit()
    {
        var config = Config();
        config.Interim.Interval = TestFacts.Seconds(2.5);

        var failure = Assert.Throws<RpcException>(() => SessionMapping.Read(config, TestFacts.Model));

        Assert.Equal("config.interim.interval: 2.5 s is not in 0.25 s to 2 s.", failure.Status.Detail);
    }

    [Fact]
    public void Read_AnUnknownLanguage_ListsTheSupportedOnes()
    {
        var config = Config();
        config.Recognition.Language.Languages.Add("Klingon");

        var failure = Assert.Throws<RpcException>(() => SessionMapping.Read(config, TestFacts.Model));

        Assert.Contains("Chinese (zh), English (en)", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TheLimitsThemselves_ArePartOfTheRanges()
    {
        foreach (bool least in new[] { true, false })
        {
            var config = Config();
            config.AudioFormat.SampleRateHertz = least ? 8_000u : 48_000u;
            config.AudioFormat.Channels = least ? 1u : 8u;
            config.Interim.Interval = TestFacts.Seconds(least ? 0.25 : 2);
            config.Interim.Agreement = least ? 1u : 8u;
            config.Endpointing.MinSilence = TestFacts.Seconds(least ? 0.1 : 5);
            config.Endpointing.MaxSegment = TestFacts.Seconds(least ? 10 : 30);
            config.Endpointing.SpeechPad = TestFacts.Seconds(least ? 0 : 0.5);

            var options = SessionMapping.Read(config, TestFacts.Model).Options;

            Assert.Equal(least ? 8_000 : 48_000, options.SampleRate);
            Assert.Equal(least ? 1 : 8, options.Channels);
            Assert.Equal(TimeSpan.FromSeconds(least ? 0.25 : 2), options.Interim.Interval);
            Assert.Equal(TimeSpan.FromSeconds(least ? 0 : 0.5), options.Endpointing.SpeechPad);
        }
    }

    [Fact]
    public void Read_NothingButTheFormat_FillsInEveryDefault()
    {
        var plan = SessionMapping.Read(new V1.StreamingConfig { AudioFormat = TestFacts.Format }, TestFacts.Model);

        var effective = plan.Effective;
        Assert.Equal("test-model", effective.Recognition.Model);
        Assert.Equal(V1.LanguageMode.Detect, effective.Recognition.Language.Mode);
        Assert.Equal(V1.WordTimes.AlignedPreferred, effective.Recognition.WordTimes);
        Assert.Equal(1u, effective.AudioFormat.Channels);
        Assert.Equal(TestFacts.Seconds(0.5), effective.Interim.Interval);
        Assert.Equal(2u, effective.Interim.Agreement);
        Assert.Equal(V1.EndpointingMode.Server, effective.Endpointing.Mode);
        Assert.Equal(TestFacts.Seconds(0.5), effective.Endpointing.MinSilence);
        Assert.Equal(TestFacts.Seconds(30), effective.Endpointing.MaxSegment);
        Assert.Equal(TestFacts.Seconds(0.2), effective.Endpointing.SpeechPad);
        Assert.True(plan.Options.Words);
    }

    [Fact]
    public void Read_TheEffectiveConfig_IsItsOwnEffectiveConfig()
    {
        var effective = SessionMapping.Read(Config(), TestFacts.Model).Effective;

        Assert.Equal(effective, SessionMapping.Read(effective.Clone(), TestFacts.Model).Effective);
    }

    [Theory]
    [InlineData(V1.LanguageMode.Unspecified, new string[0], LanguageMode.Detect)]
    [InlineData(V1.LanguageMode.Unspecified, new[] { "en-GB" }, LanguageMode.Force)]
    [InlineData(V1.LanguageMode.Unspecified, new[] { "en", "Chinese" }, LanguageMode.Detect)]
    [InlineData(V1.LanguageMode.Detect, new[] { "ENGLISH" }, LanguageMode.Detect)]
    [InlineData(V1.LanguageMode.Force, new[] { "zh" }, LanguageMode.Force)]
    [InlineData(V1.LanguageMode.LockAfterFirst, new[] { "zh", "en" }, LanguageMode.LockAfterFirst)]
    public void Read_Languages_ChooseTheMode(V1.LanguageMode mode, string[] languages, LanguageMode expected)
    {
        var config = Config();
        config.Recognition.Language = new V1.LanguageOptions { Mode = mode, Languages = { languages } };

        var options = SessionMapping.Read(config, TestFacts.Model).Options.Language;

        Assert.Equal(expected, options.Mode);
        Assert.Equal(languages.Length, options.Languages.Count);
    }

    [Fact]
    public void Read_AnUnknownModel_IsNotFoundAndNamesThoseThatThereAre()
    {
        var config = Config();
        config.Recognition.Model = "other";

        var status = Assert.Throws<RpcException>(() => SessionMapping.Read(config, TestFacts.Model)).GetRpcStatus()!;

        Assert.Equal((int)StatusCode.NotFound, status.Code);
        Assert.Equal("test-model", status.GetDetail<ErrorInfo>()!.Metadata["models"]);
    }

    [Fact]
    public void Read_AlignedTimesRequired_IsAPreconditionThatFails()
    {
        var config = Config();
        config.Recognition.WordTimes = V1.WordTimes.AlignedRequired;

        var status = Assert.Throws<RpcException>(() => SessionMapping.Read(config, TestFacts.Model)).GetRpcStatus()!;

        Assert.Equal((int)StatusCode.FailedPrecondition, status.Code);
        Assert.Equal("WORD_TIMES", Assert.Single(status.GetDetail<PreconditionFailure>()!.Violations).Type);
    }

    [Theory]
    [InlineData(V1.WordTimes.Unspecified, true, true)]
    [InlineData(V1.WordTimes.AlignedPreferred, true, true)]
    [InlineData(V1.WordTimes.Estimated, true, false)]
    [InlineData(V1.WordTimes.None, false, false)]
    public void Read_WordTimes_GiveWordsAndAWarningWithoutAligner(V1.WordTimes times, bool words, bool warns)
    {
        var config = Config();
        config.Recognition.WordTimes = times;

        var plan = SessionMapping.Read(config, TestFacts.Model);

        Assert.Equal(words, plan.Options.Words);
        Assert.Equal(warns, plan.Warnings.Any(one => one.Code == V1.WarningCode.WordTimesUnavailable));
    }

    [Theory]
    [InlineData(V1.WordTimes.Unspecified, new string[0], true, false)]
    [InlineData(V1.WordTimes.AlignedPreferred, new[] { "zh", "en" }, true, false)]
    [InlineData(V1.WordTimes.AlignedPreferred, new[] { "en" }, false, true)]
    [InlineData(V1.WordTimes.AlignedRequired, new[] { "zh" }, true, false)]
    [InlineData(V1.WordTimes.AlignedRequired, new string[0], true, false)]
    [InlineData(V1.WordTimes.Estimated, new[] { "zh" }, false, false)]
    [InlineData(V1.WordTimes.None, new[] { "zh" }, false, false)]
    public void Read_WordTimesWithAligner_FollowItsLanguages(V1.WordTimes times, string[] languages, bool aligns, bool warns)
    {
        var plan = SessionMapping.Read(Wishing(times, languages), TestFacts.Aligning);

        Assert.Equal(aligns, plan.Options.Samples);
        Assert.Equal(warns, plan.Warnings.Any(one => one.Code == V1.WarningCode.WordTimesUnavailable));
    }

    [Theory, InlineData("en"), InlineData("zh", "en")]
    public void Read_AlignedTimesRequiredForALanguageWithout_IsAPreconditionThatFails(params string[] languages)
    {
        var failure = Assert.Throws<RpcException>(
            () => SessionMapping.Read(Wishing(V1.WordTimes.AlignedRequired, languages), TestFacts.Aligning));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Contains("There is no aligner for English", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnotherRateAndMuchBiasing_Warns()
    {
        var config = Config();
        config.Recognition.WordTimes = V1.WordTimes.None;
        config.AudioFormat.SampleRateHertz = 44_100;
        config.Recognition.Biasing.Context = new string('c', 100);

        var plan = SessionMapping.Read(config, TestFacts.Model);

        Assert.Equal([V1.WarningCode.Resampled, V1.WarningCode.BiasingTruncated], plan.Warnings.Select(one => one.Code));
        Assert.Equal(20, plan.Options.Context.Length);
    }

    [Fact]
    public void ReadUpdate_BadValues_AreNamedUnderControlUpdate()
    {
        var update = new V1.ConfigUpdate
        {
            Language = new V1.LanguageOptions { Languages = { "Klingon" } },
            Endpointing = new V1.EndpointingOptions { MinSilence = TestFacts.Seconds(9) },
            Biasing = new V1.Biasing { Terms = { "" } },
        };

        Assert.Equal(
            ["control.update.biasing.terms[0]", "control.update.language.languages[0]", "control.update.endpointing.min_silence"],
            TestFacts.ViolationsOf(() => SessionMapping.ReadUpdate(update, TestFacts.Model)));
    }

    [Fact]
    public void ReadUpdate_WhatIsAbsent_StaysAsItIs()
    {
        var (update, _) = SessionMapping.ReadUpdate(new V1.ConfigUpdate { Biasing = new V1.Biasing() }, TestFacts.Model);

        Assert.Equal(new SessionUpdate("", null, null), update);
    }

    [Fact]
    public void ReadUpdate_EmptyMessages_AreTheDefaults()
    {
        var (update, _) = SessionMapping.ReadUpdate(
            new V1.ConfigUpdate { Language = new(), Endpointing = new() }, TestFacts.Model);

        Assert.Null(update.Context);
        Assert.Equal(LanguageMode.Detect, update.Language!.Mode);
        Assert.Equal(new EndpointingOptions(), update.Endpointing);
    }

    private static V1.StreamingConfig Wishing(V1.WordTimes times, string[] languages)
    {
        var config = Config();
        config.Recognition.WordTimes = times;
        config.Recognition.Language.Languages.Add(languages);
        return config;
    }

    private static V1.StreamingConfig Config() => new()
    {
        AudioFormat = TestFacts.Format,
        Interim = new(),
        Endpointing = new(),
        Recognition = new() { Language = new(), Biasing = new() },
    };
}
