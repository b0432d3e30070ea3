using System.Text;

namespace Realtime.Sdk.Testing;

/// <content>The comparison of decisions.</content>
public sealed partial class EmulatorRecording
{
    /// <summary>Compares the decisions of two recordings and returns the first difference; null if they are the same.</summary>
    /// <param name="actual">The other recording.</param>
    /// <remarks>
    /// Kinds, names, statuses and reasons are compared. IDs may differ, but each ID of one recording must correspond to one ID of the other. Times, durations, texts and
    /// messages are not compared.
    /// </remarks>
    public DecisionDifference? CompareDecisions(EmulatorRecording actual)
    {
        ArgumentNullException.ThrowIfNull(actual);
        return DecisionDifference.FindFirst(Decisions, actual.Decisions);
    }

    /// <summary>
    /// Plays the recording to a conversation of the caller, with the recorded pauses in a <see cref="VirtualTime"/>, and returns the first decision that differs from
    /// the recording; null if all are the same.
    /// </summary>
    /// <param name="runConversation">
    /// Starts the conversation, with the client and with the recorder as <see cref="RealtimeConversationOptions.Recorder"/>, and makes the same calls as the
    /// application, for example requests for replies. The user's audio is not needed. Returns when the conversation has ended.
    /// </param>
    /// <param name="time">The clock, for functions of the agent that wait for time to pass. Null, the default, creates one that starts at <see cref="StartedAt"/>.</param>
    /// <remarks>
    /// Of the messages that the conversation sends, only the types must be the same as in the recording, so that a changed agent can be compared. If a message of another type is
    /// sent, or no message within a minute of virtual time, the playback ends and the connection is closed.
    /// </remarks>
    /// <example>
    /// <code>
    /// var difference = await recording.CompareDecisionsAsync(async (client, recorder) =>
    /// {
    ///     await using var conversation = await client.StartConversationAsync(agent, new() { Recorder = recorder });
    ///     await conversation.Completion;
    /// });
    /// </code>
    /// </example>
    /// <exception cref="InvalidOperationException">The recording has no decisions, lines are missing, or it has several conversations.</exception>
    public async Task<DecisionDifference?> CompareDecisionsAsync(Func<RealtimeClient, SessionRecorder, Task> runConversation, VirtualTime? time = null)
    {
        ArgumentNullException.ThrowIfNull(runConversation);
        ThrowIfNotComparable();
        time ??= new(StartedAt);
        using var output = new MemoryStream();
        var recorder = new SessionRecorder(output, new() { TimeProvider = time, MaxQueuedBytes = long.MaxValue });
        var (index, mismatch, failure) = (-1, default(string), default(Exception));
        var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time, KeepsHistory = false, ExpectTimeout = TimeSpan.FromMinutes(1) }).ConfigureAwait(false);
        await using (emulator.ConfigureAwait(false))
        {
            emulator.OnConnect(async session => mismatch ??= await PlayToEndAsync(session, Interlocked.Increment(ref index), time).ConfigureAwait(false));
            using var client = emulator.CreateClient();
            try
            {
                await time.RunUntilAsync(PostAsync(time, () => runConversation(client, recorder))).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // a conversation that differs may fail in any way; the difference is reported instead, if there is one
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
            }
            await recorder.DisposeAsync().ConfigureAwait(false);
        }
        var difference = CompareDecisions(Parse(Encoding.UTF8.GetString(output.ToArray())));
        if (mismatch is not null)
            return difference is null ? new(Decisions.Count + 1, null, null, mismatch) : difference with { Reason = $"{difference.Reason} {mismatch}" };
        if (difference is null && failure is not null)
            throw failure;
        return difference;
    }

    private void ThrowIfNotComparable()
    {
        if (Decisions.Count == 0)
            throw new InvalidOperationException("The recording has no decisions: record a conversation, not only its connection.");
        if (DroppedLines > 0)
            throw new InvalidOperationException($"{DroppedLines} lines of the recording are missing, so it cannot be compared.");
        if (Decisions.Any(decision => decision.Conversation != Decisions[0].Conversation))
            throw new InvalidOperationException("The recording has several conversations. Remove the lines of the others.");
    }

    /// <summary>Plays one connection and then ends it as in the recording. Returns how the client's messages differ; null if they do not.</summary>
    private async Task<string?> PlayToEndAsync(EmulatorSession session, int index, TimeProvider time)
    {
        string? mismatch = null;
        try
        {
            await CreatePlayer(index, keepsPace: true, time).PlayAsync(session).ConfigureAwait(false);
            if (index >= _connections.Length - 1)
                await EndAsync(session, time).ConfigureAwait(false);
            else if (Decisions.Where(decision => decision.Type == "renewed").ElementAtOrDefault(index)?.Members.GetValueOrDefault("reason") == "lost")
                await DropConnectionAsync(session, pause: GetLines(index + 1)[0].At - GetLines(index)[^1].At).ConfigureAwait(false);
            return null;
        }
        catch (EmulatorExpectationException e)
        {
            mismatch = $"The playback has ended early. {e.Message.Split('\n')[0]}";
        }
        catch (OperationCanceledException)
        {
            mismatch = "The playback has ended early, because the client did not send the next message of the recording.";
        }
        catch (EmulatorSessionEndedException)
        {
            mismatch = "The playback has ended early, because the client has closed the connection.";
        }
        await TryCloseAsync(session, 1000).ConfigureAwait(false);
        return mismatch;
    }

    /// <summary>Loses a connection. The time of the loss is not recorded, only that at which the next connection was open.</summary>
    private static async Task DropConnectionAsync(EmulatorSession session, TimeSpan pause)
    {
        if (pause > TimeSpan.Zero)
            await session.DelayAsync(pause).ConfigureAwait(false);
        session.End(ConnectionFailure.Reset);
    }

    private async Task EndAsync(EmulatorSession session, TimeProvider time)
    {
        switch (Decisions[^1] is { Type: "ended" } end ? end.Members.GetValueOrDefault("reason") : null)
        {
            case "hung_up":
                await TryCloseAsync(session, 1000).ConfigureAwait(false);
                break;
            case "connection_lost":
                session.End(ConnectionFailure.Reset);
                break;
            case "expired" or "failed":
                await TryCloseAsync(session, 1011).ConfigureAwait(false);
                break;
            default:
                await WaitForCloseAsync(session, time).ConfigureAwait(false);
                await TryCloseAsync(session, 1000).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Waits for the client, which has closed the connection in the recording.</summary>
    private static async Task WaitForCloseAsync(EmulatorSession session, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), time);
        try
        {
            while (true)
                await session.NextAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EmulatorExpectationException or EmulatorSessionEndedException or OperationCanceledException)
        {
        }
    }

    private static async Task TryCloseAsync(EmulatorSession session, int code)
    {
        try
        {
            await session.CloseAsync(code).ConfigureAwait(false);
        }
        catch (EmulatorSessionEndedException)
        {
            // The client disconnected first.
        }
    }

    /// <summary>Runs code of the test so that it counts as work.</summary>
    private static Task PostAsync(VirtualTime time, Func<Task> work)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        time.CallbackContext.Post(
            async _ =>
            {
                try
                {
                    await work().ConfigureAwait(true);
                    completion.SetResult();
                }
#pragma warning disable CA1031 // passed on
                catch (Exception e)
#pragma warning restore CA1031
                {
                    completion.SetException(e);
                }
            },
            state: null);
        return completion.Task;
    }
}
