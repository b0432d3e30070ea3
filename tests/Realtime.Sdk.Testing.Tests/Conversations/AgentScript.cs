namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What the app does with agents, tasks and calls in one run.</summary>
internal sealed class AgentScript(ConversationRun run, Random random)
{
    private int _said;

    private RealtimeConversation Conversation => run.Conversation;

    public void Step()
    {
        Action step = random.Next(14) switch
        {
            < 5 => Switch,
            < 9 => RunTask,
            < 12 => CancelCall,
            _ => Say,
        };
        step();
    }

    private void Switch()
    {
        var (agent, after) = (run.Agents.Choose(random), CancelAfter());
        run.Log.Note($"the app switches to {agent.Name}");
        run.Track($"SwitchAgentAsync({agent.Name})", () => WithTokenAsync(token => Conversation.SwitchAgentAsync(agent, token), after), [.. ConversationScript.EndOfConnection, typeof(InvalidOperationException)]);
    }

    private void RunTask()
    {
        var after = CancelAfter();
        run.Log.Note("the app switches to a task");
        run.Track("RunAsync", () => WithTokenAsync(run.Agents.RunTaskAsync, after), [.. ConversationScript.EndOfConnection, typeof(InvalidOperationException)]);
    }

    /// <summary>At once, while the session is being changed, or later.</summary>
    private TimeSpan? CancelAfter() => random.Next(6) switch
    {
        0 => TimeSpan.Zero,
        1 => TimeSpan.FromMilliseconds(random.Next(100)),
        2 or 3 => TimeSpan.FromMilliseconds(random.Next(6_000)),
        _ => null,
    };

    private async Task WithTokenAsync(Func<CancellationToken, Task> work, TimeSpan? after)
    {
        using var stop = new CancellationTokenSource();
        if (after is { } delay)
            _ = CancelAsync(stop, delay);
        await work(stop.Token);
    }

    private async Task CancelAsync(CancellationTokenSource source, TimeSpan delay)
    {
        await Task.Delay(delay, run.Time);
        try
        {
            // CancelAsync would call the registrations on the thread pool, where they do not count as work.
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private void CancelCall()
    {
        var open = Conversation.OpenCalls;
        var callId = open.Count == 0 ? "call_that_is_not" : open[random.Next(open.Count)].CallId;
        run.Log.Add(new(LogKind.CanceledByApp, "CancelCall") { CallId = callId });
        Conversation.CancelCall(callId);
    }

    private void Say()
    {
        var text = $"verbatim {_said++}";
        run.Respond(new() { WaitForUser = random.Next(4) > 0 }, text, text);
    }
}
