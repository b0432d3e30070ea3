namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A conversation in virtual time with a server that keeps to a timetable, and the warnings with the seconds after which they came.</summary>
internal sealed class WatchdogWorld
{
    public VirtualTime Time { get; init; } = new();

    public CallbackLog Log { get; } = new();

    public ConversationWatchdogOptions Watchdog { get; init; } = new();

    public RealtimeAgent Agent { get; init; } = new()
    {
        Name = "watched",
        Session = new() { Model = "gpt-realtime-2.1", Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } } } },
    };

    public bool InCall { get; init; }

    /// <summary>The warnings, once the conversation has ended.</summary>
    public IReadOnlyList<WarningUpdate> Warnings { get; private set; } = [];

    public IReadOnlyList<ConversationStatus> Statuses { get; private set; } = [];

    /// <summary>The events of the client after its first <c>session.update</c>, without audio, with the seconds after which they came.</summary>
    public IReadOnlyList<string> Sent { get; private set; } = [];

    /// <summary>Holds a conversation and returns its warnings, such as <c>ServerSilent 15</c>.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(Func<EmulatorSession, Task> script, Func<RealtimeConversation, Task> act)
    {
        var sent = new List<string>();
        await using var emulator = await RealtimeEmulator.StartAsync(new()
        {
            TimeProvider = Time,
            AnswersWithoutMedia = true,
            OnTraffic = traffic =>
            {
                if (traffic.IsFromClient && System.Text.Json.JsonDocument.Parse(traffic.Bytes).RootElement.GetProperty("type").GetString() is { } type and not "input_audio_buffer.append")
                    sent.Add($"{type} {Time.Elapsed.TotalSeconds:0.###}");
            },
        });
        emulator.OnNextConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            await script(session);
        });
        using var client = emulator.CreateClient();
        var options = new RealtimeConversationOptions { Watchdog = Watchdog, LoggerFactory = Log };
        var conversation = InCall
            ? await client.AttachConversationAsync((await client.Calls.CreateAsync(Offers.Browser)).CallId!, Agent, options).WithTimeout()
            : await client.StartConversationAsync(Agent, options).WithTimeout();
        var start = Time.GetUtcNow();
        var updates = new UpdateLog(conversation);
        await act(conversation).WithTimeout();
        conversation.Completion.IsCompleted.Should().BeFalse("it ended: {0}", conversation.Completion.IsCompleted ? await conversation.Completion : null);
        await Time.RunUntilAsync(conversation.DisposeAsync().AsTask()).WithTimeout();
        await updates.Reading.WithTimeout();
        (Warnings, Statuses, Sent) = ([.. updates.Warnings.Where(warning => warning.Kind != WarningKind.Session)], updates.Statuses, [.. sent.Skip(1)]);
        return [.. Warnings.Select(warning => $"{warning.Kind} {(warning.Time - start).TotalSeconds:0.###}")];
    }

    /// <summary>A server that answers nothing.</summary>
    public static Task Silent(EmulatorSession session) => Task.CompletedTask;

    public Func<RealtimeConversation, Task> Wait(double seconds) => _ => Time.AdvanceAsync(TimeSpan.FromSeconds(seconds));

    public Func<RealtimeConversation, Task> RespondAndWait(double seconds, int replies = 1) => async conversation =>
    {
        for (var i = 0; i < replies; i++)
            conversation.Respond();
        await Time.AdvanceAsync(TimeSpan.FromSeconds(seconds));
    };

    public static Task SendAsync(EmulatorSession session, params IReadOnlyList<ServerEvent> events) => SendAllAsync(session, events);

    public static Task DelayAsync(EmulatorSession session, double seconds) => session.DelayAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Answers a request with text.</summary>
    public static async Task AnswerAsync(EmulatorSession session, string id)
    {
        var request = await session.SkipToAsync<ResponseCreateEvent>();
        await SendAsync(session, [Wire.Created(id, request.Response!.Metadata), .. Wire.Text(id, $"{id}_item", "Yes.").SkipLast(1), Wire.Done(id, metadata: request.Response.Metadata)]);
    }

    /// <summary>Answers a request with a response that fails.</summary>
    public static async Task FailAsync(EmulatorSession session, string id, string code, ResponseStatus? status = null)
    {
        var request = await session.SkipToAsync<ResponseCreateEvent>();
        await SendAsync(session, Wire.Created(id, request.Response!.Metadata), Wire.Done(id, status ?? ResponseStatus.Failed, request.Response.Metadata, details: new()
        {
            Type = status ?? ResponseStatus.Failed,
            Reason = status is null ? default(ResponseStatusReason?) : ResponseStatusReason.MaxOutputTokens,
            Error = status is null ? new() { Type = code, Code = code, Message = "No." } : null,
        }));
    }

    private static async Task SendAllAsync(EmulatorSession session, IReadOnlyList<ServerEvent> events)
    {
        foreach (var serverEvent in events)
            await session.SendAsync(serverEvent);
    }
}
