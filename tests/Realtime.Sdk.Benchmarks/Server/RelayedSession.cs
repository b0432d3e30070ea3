namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// A session of the server behind a relay. Each <c>response.create</c> is answered with a number of turns, or starts events at the pace of speech, which
/// <c>response.cancel</c> ends. A session update is accepted, because a relay may configure the session.
/// </summary>
/// <param name="start">A number that differs between sessions, so that they are at different events of a turn.</param>
internal sealed class RelayedSession(RequestReader requests, Pacer pacer, Traffic traffic, int start)
{
    /// <summary>The kinds of sessions, with which a model begins: a number of turns for each request, zero for a short one, and a number of events per second.</summary>
    public const string Replay = "replay", Paced = "paced";

    private readonly StampedEvents _events = new(traffic);

    /// <summary>The number of events of a short answer.</summary>
    public static int ShortEvents { get; } = NumberedTurn.Frames(0).Count;

    public async Task RunAsync(string kind, int number)
    {
        var turns = kind == Paced ? null : number == 0 ? new WholeTurns(0) : new(StampedEvents.Frames);
        while (await requests.NextEventAsync() is { } length)
        {
            if (Is("session.update"u8))
            {
                await requests.Stream.WriteAsync(TurnFrames.Updated);
                continue;
            }
            if (Is("response.cancel"u8))
                _events.End();
            else if (Is("response.create"u8) && turns is not null)
                await ReplayAsync(turns, Math.Max(1, number));
            else if (Is("response.create"u8))
                await BeginAsync(number);
            // Last, so that nothing is sent after a cancellation was counted. A relay may change all bytes but those of the audio.
            traffic.Receive(Is("input_audio_buffer.append"u8) ? length : 0);
        }
        _events.End();
    }

    private bool Is(ReadOnlySpan<byte> type)
    {
        var at = requests.EventStart.IndexOf(type);
        return at > 0 && requests.EventStart[(at + type.Length)..] is [(byte)'"', ..];
    }

    private async Task ReplayAsync(WholeTurns turns, int count)
    {
        for (var i = 0; i < count; i++)
        {
            traffic.Send(turns.Events, turns.TextBytes);
            await requests.Stream.WriteAsync(turns.Next());
        }
    }

    /// <summary>Sends the beginning of a turn at once, and then its other events at the pace of speech.</summary>
    private async Task BeginAsync(int eventsPerSecond)
    {
        for (var i = 0; i < StampedEvents.Opening; i++)
            await requests.Stream.WriteAsync(_events.Next());
        _events.SkipTo(start);
        pacer.Add(requests.Stream, eventsPerSecond, _events.Next);
    }
}
