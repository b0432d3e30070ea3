namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>A conversation with renewals and the emulator's model, in virtual time. Attempts follow one another without a delay, unless the server asks for one.</summary>
internal sealed class RenewingConversation : IAsyncDisposable
{
    private readonly RealtimeClient _client;
    private readonly UpdateLog? _updates;
    private TaskCompletionSource _noticed = new();

    private RenewingConversation(VirtualTime time, RealtimeEmulator emulator, RealtimeClient client, RealtimeConversation conversation, Action<ConversationUpdate>? onUpdate)
    {
        (Time, Emulator, _client, Conversation) = (time, emulator, client, conversation);

        // The clock waits for the reader of the updates.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(time.CallbackContext);
        if (onUpdate is null)
            _updates = new(conversation);
        _ = ReadAsync(conversation, onUpdate);
        SynchronizationContext.SetSynchronizationContext(context);
    }

    public VirtualTime Time { get; }

    public RealtimeEmulator Emulator { get; }

    public RealtimeConversation Conversation { get; }

    /// <summary>The updates, unless the test reads them itself.</summary>
    public UpdateLog Updates => _updates!;

    /// <summary>The newest session.</summary>
    public EmulatorSession Session => Emulator.Sessions[^1];

    public IReadOnlyList<RenewalUpdate> Renewals => [.. Updates.All.OfType<RenewalUpdate>()];

    public IReadOnlyList<WarningUpdate> Warnings => [.. Updates.Warnings.Where(warning => warning.Kind == WarningKind.Renewal)];

    public static async Task<RenewingConversation> StartAsync(
        RenewalOptions? renewal = null, RealtimeAgent? agent = null, Func<RealtimeConversationOptions, RealtimeConversationOptions>? configure = null,
        Action<RealtimeClientOptions>? client = null, TimeSpan? sessionDuration = null, bool keepsHistory = true, Action<EmulatorTraffic>? onTraffic = null, Action<ConversationUpdate>? onUpdate = null)
    {
        var time = new VirtualTime();
        var emulator = await RealtimeEmulator.StartAsync(new()
        {
            TimeProvider = time,
            Seed = 1,
            KeepsHistory = keepsHistory,
            OnTraffic = onTraffic,
            Model = new() { Pace = EmulatorPace.AtFactor(4), SpeaksInTones = true, SessionDuration = sessionDuration ?? TimeSpan.FromMinutes(60) },
        });
        var opened = emulator.CreateClient(client);
        var options = new RealtimeConversationOptions { Renewal = (renewal ?? new()) with { FirstDelay = TimeSpan.Zero } };
        var conversation = await opened.StartConversationAsync(agent ?? ScriptedConversation.Agent, configure?.Invoke(options) ?? options).WithTimeout();
        return new(time, emulator, opened, conversation, onUpdate);
    }

    public Task AdvanceAsync(double seconds) => Time.AdvanceAsync(TimeSpan.FromSeconds(seconds)).WithTimeout();

    /// <summary>Loses the connection, and returns when the conversation had a second to continue.</summary>
    public async Task LoseAsync(ConnectionFailure failure = ConnectionFailure.Reset)
    {
        // The end of a socket is no work that the clock knows of.
        var noticed = _noticed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Session.End(failure);
        await noticed.Task.WithTimeout();
        await AdvanceAsync(1);
    }

    /// <summary>Returns when the conversation was renewed that many times.</summary>
    public async Task WhenRenewedAsync(int times = 1)
    {
        await Updates.WhenAsync<RenewalUpdate>(_ => Renewals.Count >= times);
    }

    /// <summary>Loses the connection, and returns while the next session is being opened, which takes a while.</summary>
    public Task BeginGapAsync(double seconds = 10)
    {
        Emulator.RespondNext(new EmulatorHttpResponse { Delay = TimeSpan.FromSeconds(seconds) });
        return LoseAsync();
    }

    /// <summary>Refuses the next attempt, and asks for a delay before the one after it.</summary>
    public void RefuseNext(TimeSpan delay) => Emulator.RespondNext(429, "{}", new Dictionary<string, string> { ["Retry-After"] = $"{(int)delay.TotalSeconds}" });

    /// <summary>Asks the agent, and returns when its turn is complete.</summary>
    public Task<ConversationTurn> AskAsync(string text) => Time.RunUntilAsync(Conversation.AskAsync(text)).WithTimeout();

    public Task<ConversationEnd> WhenEndedAsync() => Time.RunUntilAsync(Conversation.Completion).WithTimeout();

    /// <summary>The items of the history that a session has got, as roles or types and texts.</summary>
    public static List<(string Kind, string Text)> HistoryOf(EmulatorSession session) =>
    [
        .. session.Received.Select(message => message.Event).OfType<ConversationItemCreateEvent>().Select(created => created.Item switch
        {
            MessageItem message => (message.Role.Value, string.Concat(message.Content.Select(part => part is InputTextPart input ? input.Text : (part as OutputTextPart)?.Text))),
            FunctionCallItem call => ("call", call.CallId!),
            FunctionCallOutputItem output => ("output", output.Output),
            _ => (created.Item.Type, ""),
        }),
    ];

    public async ValueTask DisposeAsync()
    {
        await Conversation.DisposeAsync().WithTimeout();
        _client.Dispose();
        await Emulator.DisposeAsync();
    }

    private async Task ReadAsync(RealtimeConversation conversation, Action<ConversationUpdate>? onUpdate)
    {
        await foreach (var update in conversation.ReadUpdatesAsync())
        {
            onUpdate?.Invoke(update);
            if (update is StatusUpdate { Status: ConversationStatus.Renewing } or RenewalUpdate or EndUpdate)
                _noticed.TrySetResult();
        }
    }
}
