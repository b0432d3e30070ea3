using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The cost of a conversation's code for each event, on one thread and without a socket: turns that are only read, and turns that a conversation handles.</summary>
internal static class ConversationCodeRow
{
    public const string Reader = "reader, leased";

    public static Row Create(Effort effort, ServerProcess server) => new(
        $"conversation, {NumberedTurn.Events} events without a socket", "µs CPU", () => CandidatesAsync(effort, server), [])
    { Processes = effort.Processes };

    private static async Task<IReadOnlyList<Candidate>> CandidatesAsync(Effort effort, ServerProcess server)
    {
        using var client = new RealtimeClient(Ours.Options(server.Plain));
        return [Read(effort), await ConverseAsync(effort, client)];
    }

    private static Candidate Read(Effort effort)
    {
        var (turns, work) = (new ParsedTurns(), new PushedWork());
        return Meter.Loop(Reader, effort, Expected, count => turns.Read(count, work, (in audio) => work.Add(audio.Audio), work.Add));
    }

    private static async Task<Candidate> ConverseAsync(Effort effort, RealtimeClient client)
    {
        var (turns, work) = (new ParsedTurns(), new PushedWork());
        var agent = new RealtimeAgent { Name = "agent", Session = Talks.Session("talk-0") };
        var connection = await client.ConnectAsync(agent.Session);
        var engine = new ConversationEngine(connection, agent, Talks.Options, new FastClock(1_000_000));
        engine.OnAudio((in audio) => work.Add(audio.Audio));
        engine.OnEvent(work.Add);
        return Meter.Loop(ConversationRows.Unread, effort, Expected, count =>
        {
            var before = engine.Usage.Responses;
            return turns.Read(count, work, engine.HandleAudio, engine.Handle) with { Events = (engine.Usage.Responses - before) * NumberedTurn.Events };
        });
    }

    private static Work Expected => Talks.Answer(NumberedTurn.ShortAnswer) with { Events = NumberedTurn.Events };

    /// <summary>Reads turns from bytes, as a connection does.</summary>
    private sealed class ParsedTurns
    {
        private readonly ServerEventReader _reader = new();
        private readonly (byte[] Text, (int[] Numbers, int[] Before) Places)[] _events =
            [.. NumberedTurn.Frames(NumberedTurn.ShortAnswer).Select(TextOf).Select(text => (text, NumberedTurn.Places(text)))];
        private byte[] _pcm = new byte[32 * 1024];
        private int _number;

        public Work Read(int turns, PushedWork work, OutputAudioHandler audio, Action<ServerEvent> handle)
        {
            work.Begin();
            for (var i = 0; i < turns; i++)
            {
                _number++;
                foreach (var (text, places) in _events)
                {
                    NumberedTurn.Write(text, places, _number);
                    if (_reader.TryReadOutputAudio(text, ref _pcm, out var delta))
                        audio(in delta);
                    else
                        handle(_reader.Read(text));
                }
            }
            return work.Done with { Events = turns * NumberedTurn.Events };
        }

        private static byte[] TextOf(byte[] frame) => frame[Array.IndexOf(frame, (byte)'{')..];
    }
}
