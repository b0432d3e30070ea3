using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>What a conversation goes through whose recorders fail: one output throws, the other is too slow.</summary>
internal static class RecordingPhase
{
    private static readonly RealtimeAgent Agent = new() { Name = "waiter", Session = new() { Model = "gpt-realtime" } };

    public static async Task<string> RunAsync(PhaseRun run)
    {
        run.Script(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
        });
        using var output = new FailingStream();
        await using var failing = new SessionRecorder(output, new() { LoggerFactory = run.Sinks });
        await using var slow = new SessionRecorder(Stream.Null, new() { LoggerFactory = run.Sinks, MaxQueuedBytes = 1 });
        var connection = await run.ConnectAsync();
        await using var conversation = await connection.StartConversationAsync(
            Agent, new() { LoggerFactory = run.Sinks, TimeProvider = run.Time, Recorder = failing }).WithTimeout();
        var warned = ReadWarningsAsync(conversation);
        using var recording = slow.Record(conversation);
        var warnings = await warned.WithTimeout();
        await conversation.EndAsync().WithTimeout();
        return string.Join(", ", warnings);
    }

    /// <summary>Reads until both recorders have warned. The log was written before.</summary>
    private static async Task<IReadOnlyList<string>> ReadWarningsAsync(RealtimeConversation conversation)
    {
        var warnings = new List<string>();
        await foreach (var update in conversation.ReadUpdatesAsync())
        {
            if (update is WarningUpdate { Kind: WarningKind.Handler } warning)
                warnings.Add(warning.Exception is null ? "slow" : "failed");
            if (warnings.Count == 2)
                break;
        }
        return [.. warnings.Order()];
    }

    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("disk full");
    }
}
