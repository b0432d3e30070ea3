namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What the user, the app and the network do in one run.</summary>
internal sealed class ConversationScript(ConversationRun run, Random random)
{
    public static readonly Type[] EndOfConnection = [typeof(RealtimeException), typeof(ObjectDisposedException), typeof(OperationCanceledException)];

    private readonly FunctionScript _functions = new(run, random);
    private readonly AgentScript _agents = new(run, random);
    private int _said;
    private int _asked;
    private bool _isListening;

    private RealtimeConversation Conversation => run.Conversation;

    public async Task RunAsync()
    {
        AddHandlers();
        if (random.Next(6) > 0)
            run.Read(random.Next(3) == 0 ? Delay(300) : TimeSpan.Zero, int.MaxValue);
        for (var i = 0; i < run.World.Steps; i++)
        {
            Step();
            await PauseAsync();
        }
        await EndAsync();
    }

    private void Step()
    {
        // Worlds without functions do what they did before there were any.
        Action step = random.Next(run.World.Functions.IsEmpty ? 40 : run.World.Agents.IsEmpty ? 52 : 66) switch
        {
            < 12 => Say,
            < 19 => Respond,
            < 23 => Ask,
            < 26 => Interrupt,
            < 28 => CancelReply,
            < 30 => Add,
            < 31 => Delete,
            < 32 => Switch,
            < 33 => Mute,
            < 36 => Inject,
            < 37 => HoldBack,
            < 39 => Read,
            < 40 => random.Next(3) == 0 ? Cut : Say,
            < 52 => _functions.Step,
            _ => _agents.Step,
        };
        step();
    }

    private Task PauseAsync() => random.Next(10) switch
    {
        < 2 => Task.CompletedTask,
        < 6 => Task.Delay(Delay(400), run.Time),
        _ => Task.Delay(Delay(2_500), run.Time),
    };

    private async Task EndAsync()
    {
        if (random.Next(3) > 0)
            await Task.Delay(Delay(6_000), run.Time);

        // Long enough for what follows when both sides are silent.
        if (!run.World.Agents.IsEmpty && random.Next(2) == 0)
            await Task.Delay(BackgroundOracle.Silence, run.Time);
        switch (random.Next(8))
        {
            case 0:
                run.MayEnd(ConversationEndReason.HungUp);
                run.Track("close by the server", () => run.Session.CloseAsync(), typeof(Exception));
                if (random.Next(2) == 0)
                    Dispose();
                break;
            case 1:
                Cut();
                Dispose();
                break;
            case < 4:
                End(random.Next(2) == 0 ? "Say goodbye." : null);
                if (random.Next(3) == 0)
                    Dispose();
                break;
            default:
                Dispose();
                break;
        }
    }

    private void Dispose()
    {
        run.MayEnd(ConversationEndReason.Disposed);
        run.Track("DisposeAsync", () => Conversation.DisposeAsync().AsTask());
    }

    private void End(string? instructions)
    {
        run.MayEnd(ConversationEndReason.Ended);

        // Calls in progress and their replies come before a goodbye.
        run.Log.Note(instructions is null ? Notes.NoReplies : Notes.LastReply);
        run.Track($"EndAsync({instructions})", () => Conversation.EndAsync(instructions), EndOfConnection);
    }

    private void Cut()
    {
        run.MayEnd(ConversationEndReason.ConnectionLost, ConversationEndReason.Failed);
        run.Log.Note("the connection is cut");
        switch (random.Next(3))
        {
            case 0:
                run.Session.End(ConnectionFailure.Fin, random.Next(400));
                break;
            case 1:
                run.Session.End(ConnectionFailure.Reset, random.Next(400));
                break;
            default:
                run.Track("close with an error", () => run.Session.CloseAsync(1011, "failed"), typeof(Exception));
                break;
        }
    }

    private void Say()
    {
        var words = string.Join(' ', Enumerable.Range(0, random.Next(1, 5)).Select(i => $"u{_said}w{i}"));
        _said++;
        if (_isListening && random.Next(10) > 0)
            return;
        var source = AudioSource.FromStream(new MemoryStream(ToneSpeech.Encode(words)), isLive: false);
        var stop = random.Next(5) == 0 ? Delay(1_200) : (TimeSpan?)null;
        run.Track($"the user says {words}", () => ListenAsync(source, stop), [.. EndOfConnection, typeof(InvalidOperationException)]);
    }

    private async Task ListenAsync(AudioSource source, TimeSpan? after)
    {
        using var stop = new CancellationTokenSource();
        if (after is { } delay)
            _ = CancelAsync(stop, delay);
        var wasListening = _isListening;
        _isListening = true;
        try
        {
            await Conversation.ListenAsync(source, stop.Token);
        }
        finally
        {
            _isListening = wasListening;
        }
    }

    private async Task CancelAsync(CancellationTokenSource source, TimeSpan delay)
    {
        await Task.Delay(delay, run.Time);
        try
        {
            run.Log.Note(Notes.Withdrawn);

            // CancelAsync would call the registrations on the thread pool, where they do not count as work.
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private void Respond()
    {
        var waits = random.Next(4) > 0;
        var isOutOfBand = random.Next(5) == 0;
        var options = new ReplyOptions
        {
            Instructions = random.Next(2) == 0 ? "Be brief." : null,
            WaitForUser = waits,
            AllowInterruptions = random.Next(4) > 0,
            OnBusy = (WhenBusy)random.Next(4),
            Response = new()
            {
                Conversation = isOutOfBand ? ResponseConversation.None : ResponseConversation.Auto,
                OutputModalities = random.Next(6) == 0 ? [OutputModality.Text] : null,
            },
        };
        run.Respond(options, $"{(waits ? "" : "does not wait, ")}{(isOutOfBand ? "out of band" : "")}");
    }

    private void Ask()
    {
        var number = _asked++;
        var after = random.Next(3) == 0 ? Delay(1_500) : (TimeSpan?)null;
        run.Track($"AskAsync {number}", () => AskAsync($"question {number}", after), [.. EndOfConnection, typeof(InvalidOperationException)]);
    }

    private async Task AskAsync(string question, TimeSpan? after)
    {
        using var stop = new CancellationTokenSource();
        if (after is { } delay)
            _ = CancelAsync(stop, delay);
        await Conversation.AskAsync(question, stop.Token);
    }

    private void Interrupt()
    {
        // The server goes on with the response until the cancellation has arrived.
        if (random.Next(3) == 0)
            HoldBack();
        run.Log.Note(Notes.Interrupted);
        run.Track("InterruptAsync", () => Conversation.InterruptAsync(), EndOfConnection);
    }

    private void CancelReply()
    {
        if (run.Replies.Count == 0)
            return;
        var reply = run.Replies[random.Next(run.Replies.Count)];
        run.Log.Note(Notes.Withdrawn);
        run.Track("CancelAsync", () => reply.CancelAsync(), EndOfConnection);
    }

    private void Add()
    {
        ConversationItem item = random.Next(3) switch
        {
            0 => ConversationItem.AssistantText("history of the agent"),
            1 => ConversationItem.SystemText("remember this"),
            _ => ConversationItem.UserText("history of the user"),
        };
        run.Track("AddAsync", () => Conversation.AddAsync(item), EndOfConnection);
    }

    private void Delete()
    {
        var items = Conversation.Items;
        var id = items.Count == 0 ? "item_that_is_not" : items[random.Next(items.Count)].Id!;
        run.Track($"DeleteAsync({id})", () => Conversation.DeleteAsync(id), EndOfConnection);
    }

    private void Switch()
    {
        var agent = run.Agents.Create($"agent{random.Next(100)}");
        run.Track("SwitchAgentAsync", () => Conversation.SwitchAgentAsync(agent), [.. EndOfConnection, typeof(InvalidOperationException)]);
    }

    private void Mute() => Conversation.IsMuted = !Conversation.IsMuted;

    private void Read() => run.Read(random.Next(2) == 0 ? Delay(300) : TimeSpan.Zero, random.Next(2) == 0 ? random.Next(1, 30) : int.MaxValue);

    private void Inject()
    {
        // Without metadata, a response that the server begins although it has refused its request cannot be recognized as out of band.
        var eventId = random.Next(3) switch { 0 => run.World.ShowsMetadata ? "conv_1" : "unknown_event", 1 => "unknown_event", _ => null };
        var malformed = (MalformedMessage)random.Next((int)MalformedMessage.Deep);
        Func<Task> send = random.Next(3) switch
        {
            0 => () => run.Session.SendAsync(new ErrorEvent { Error = new() { Type = "server_error", Code = "odd", Message = "Something odd.", EventId = eventId } }),
            1 => () => run.Session.SendFragmentsAsync("""{"type":"error","error":{"type":"server_error","message":"In pieces."}}"""u8.ToArray(), random.Next(1, 30), random.Next(3)),
            _ => () => run.Session.SendAsync(malformed),
        };

        run.MayCross |= eventId == "conv_1";

        // A WebSocket fails with text that is no UTF-8.
        if (malformed == MalformedMessage.BadUtf8)
            run.MayEnd(ConversationEndReason.ConnectionLost, ConversationEndReason.Failed);
        run.Track($"injected event ({eventId}, {malformed})", send, typeof(Exception));
    }

    private void HoldBack()
    {
        run.MayCross = true;
        run.Track("what the client sends arrives late", async () =>
        {
            run.Session.StopReading();
            await Task.Delay(Delay(300), run.Time);
            run.Session.ResumeReading();
        });
    }

    private void AddHandlers()
    {
        if (!run.World.HandlersThrow)
            return;
        Conversation.OnEvent(_ => throw new InvalidOperationException("a handler of events"));
        Conversation.OnAudio((in ConversationAudio _) => throw new InvalidOperationException("a handler of audio"));
    }

    private TimeSpan Delay(int maxMilliseconds) => TimeSpan.FromMilliseconds(random.Next(maxMilliseconds * 10) / 10.0);
}
