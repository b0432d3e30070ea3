namespace Realtime.Sdk.Extensions.AI.Comparison;

/// <summary>Session options, and the life of a session.</summary>
internal static class SessionRows
{
    private static readonly AIFunction Weather = AIFunctionFactory.Create((string city) => $"Sunny in {city}.", "get_weather", "The weather in a city.");

    private static readonly RealtimeSessionOptions Everything = new()
    {
        Instructions = "Be brief.",
        Voice = "cedar",
        OutputModalities = ["audio"],
        MaxOutputTokens = 300,
        ToolMode = ChatToolMode.RequireSpecific("get_weather"),
        Tools = [Weather],
        InputAudioFormat = new("audio/pcmu", 8_000),
        OutputAudioFormat = new("audio/pcma", 8_000),
        TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe", SpeechLanguage = "en", Prompt = "Physics." },
        VoiceActivityDetection = new() { AllowInterruption = false },
    };

    public static Row[] All { get; } =
    [
        new("a wrong key fails when the session is opened", async candidate =>
        {
            await using var emulator = await RealtimeEmulator.StartAsync();
            using var client = candidate.Create(emulator, "sk-wrong");
            try
            {
                await using var session = await client.CreateSessionAsync().WaitAsync(Visit.Limit);
                return Result.Of(false, bad: "no, when it is read");
            }
            catch (RealtimeApiException)
            {
                return Result.Of(true);
            }
        }),
        new("session options that are sent", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(Everything);
            var received = await visit.Server.WhenReceivedAsync<SessionUpdateEvent>().WaitAsync(Visit.Limit);
            var session = (RealtimeSessionConfiguration)received.Session;
            var (input, output, transcription) = (session.Audio?.Input, session.Audio?.Output, session.Audio?.Input?.Transcription as TranscriptionConfiguration);
            return Result.Of(
                session.Instructions == "Be brief.", output?.Voice == Voice.Cedar, session.OutputModalities?.Count == 1, session.MaxOutputTokens?.Tokens == 300,
                session.ToolChoice is FunctionToolChoice, session.Tools?.Count == 1, input?.Format is PcmuAudioFormat, output?.Format is PcmaAudioFormat,
                transcription?.Model == "gpt-4o-transcribe", transcription?.Language == "en", transcription?.Prompt == "Physics.", input?.TurnDetection is ServerVad { InterruptResponse: false });
        }),
        new("the model that the server runs is that of the options", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(new() { Model = "gpt-realtime-2" });
            await visit.AskAsync("Good morning");
            return Result.Of(((RealtimeSessionConfiguration)visit.Server.Session.Configuration).Model == "gpt-realtime-2");
        }),
        new("turn detection can be turned off", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(new() { VoiceActivityDetection = new() { Enabled = false } });
            var received = await visit.Server.WhenReceivedAsync<SessionUpdateEvent>().WaitAsync(Visit.Limit);
            return Result.Of(((RealtimeSessionConfiguration)received.Session).Audio?.Input?.TurnDetection == TurnDetection.Disabled);
        }),
        new("a custom voice is sent as one", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(new() { Voice = "voice_1234" });
            var received = await visit.Server.WhenReceivedAsync<SessionUpdateEvent>().WaitAsync(Visit.Limit);
            return Result.Of(((RealtimeSessionConfiguration)received.Session).Audio?.Output?.Voice is CustomVoice);
        }),
        new("the effective options are known when the session is open", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(Everything);
            return Compare(visit.Session.Options);
        }),
        new("the effective options after an update", async candidate =>
        {
            await using var visit = await candidate.VisitAsync();
            await visit.Session.SendAsync(new SessionUpdateRealtimeClientMessage(Everything)).WaitAsync(Visit.Limit);
            await visit.AskAsync("Good morning");
            return Compare(visit.Session.Options);
        }),
        new("the default of the server is in the options", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(new() { OutputModalities = ["text"] });
            await visit.AskAsync("Good morning");
            return Result.Of(visit.Session.Options?.Voice == "alloy");
        }),
        new("the options contain the functions of the app", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(new() { Tools = [Weather], OutputModalities = ["text"] });
            await visit.AskAsync("Good morning");
            return Result.Of(ReferenceEquals(visit.Session.Options?.Tools?.SingleOrDefault(), Weather));
        }),
        new("options that break a rule are refused before they are sent", async candidate =>
        {
            await using var visit = await candidate.VisitAsync();
            try
            {
                await visit.Session.SendAsync(new SessionUpdateRealtimeClientMessage(new() { MaxOutputTokens = -1, OutputAudioFormat = new("audio/pcm", 8_000) })).WaitAsync(Visit.Limit);
                return Result.Of(false);
            }
            catch (RealtimeValidationException e)
            {
                return Result.Of(e.Violations.Count == 2, "yes, all rules with their paths", "one of them");
            }
        }),
        new("a transcription session needs no model of a conversation", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(new() { SessionKind = RealtimeSessionKind.Transcription, TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe" } });
            await visit.Server.WhenReceivedAsync<SessionUpdateEvent>().WaitAsync(Visit.Limit);
            await visit.Emulator.WhenIdleAsync().WaitAsync(Visit.Limit);
            return Result.Of(visit.Server.Session.Configuration is TranscriptionSessionConfiguration);
        }),
        new("a session that is disposed is closed normally", async candidate =>
        {
            var visit = await candidate.VisitAsync();
            await visit.Session.DisposeAsync();
            await visit.Server.Completion.WaitAsync(Visit.Limit);
            var code = visit.Server.CloseCode;
            await visit.DisposeAsync();
            return Result.Of(code == 1000, "yes", "no, the socket is aborted");
        }),
        new("a session that the server ends with an error is not a normal end", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(script: async session =>
            {
                await session.SendSessionCreatedAsync();
                await session.CloseAsync(1011, "The server is going away.");
            });
            try
            {
                await visit.ReadToEndAsync();
                return Result.Of(false);
            }
            catch (RealtimeConnectionException e)
            {
                return Result.Of(e.CloseCode == 1011, "an exception with the code");
            }
        }),
        new("reading can be canceled and continued", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(new() { OutputModalities = ["text"] });
            using var canceled = new CancellationTokenSource();
            var reading = Task.Run(async () =>
            {
                await foreach (var _ in visit.Session.GetStreamingResponseAsync(canceled.Token))
                {
                }
            });
            await Task.WhenAny(reading, visit.Emulator.WhenIdleAsync());
            await canceled.CancelAsync();
            await reading.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Visit.Limit);
            return Result.Of((await visit.AskAsync("Good morning")).Count > 1);
        }),
    ];

    private static Result Compare(RealtimeSessionOptions? options) => Result.Of(
        options?.Model == "gpt-realtime", options?.Instructions == "Be brief.", options?.Voice == "cedar", options?.OutputModalities?.Count == 1, options?.MaxOutputTokens == 300,
        options?.ToolMode is RequiredChatToolMode { RequiredFunctionName: "get_weather" }, options?.Tools?.Count == 1,
        options?.InputAudioFormat is { MediaType: "audio/pcmu", SampleRate: 8_000 }, options?.OutputAudioFormat is { MediaType: "audio/pcma", SampleRate: 8_000 },
        options?.TranscriptionOptions?.ModelId == "gpt-4o-transcribe", options?.TranscriptionOptions?.SpeechLanguage == "en", options?.TranscriptionOptions?.Prompt == "Physics.",
        options?.VoiceActivityDetection is { Enabled: true, AllowInterruption: false });
}
