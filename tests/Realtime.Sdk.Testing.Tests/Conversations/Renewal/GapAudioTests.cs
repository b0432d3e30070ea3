using System.Buffers.Binary;
using System.Threading.Channels;

namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>The user's audio around a gap: what arrives, once and in order, and what is lost and listed.</summary>
public sealed class GapAudioTests
{
    private const int Chunk = 4_800;

    private readonly Channel<ReadOnlyMemory<byte>> _microphone = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private short _next;

    [Fact]
    public async Task Audio_of_the_gap_arrives_once_and_in_order()
    {
        await using var talk = await RenewingConversation.StartAsync();
        var listening = Listen(talk);
        await SpeakAsync(talk, 20);
        await talk.BeginGapAsync(seconds: 5);
        var during = _next;
        await SpeakAsync(talk, 30);
        await talk.AdvanceAsync(5);

        await SpeakAsync(talk, 10);

        NumbersOf(talk.Emulator.Sessions[0]).Should().Equal(Enumerable.Range(0, during));
        NumbersOf(talk.Session).Should().Equal(Enumerable.Range(during, 40));
        talk.Renewals.Should().ContainSingle().Which.NotCarriedOver.Should().BeEmpty();
        await EndAsync(talk, listening);
    }

    [Fact]
    public async Task The_oldest_audio_is_dropped_and_listed_if_the_gap_is_longer_than_the_buffer()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxBufferedAudio = TimeSpan.FromSeconds(1) });
        var listening = Listen(talk);
        await talk.BeginGapAsync(seconds: 10);
        await SpeakAsync(talk, 30);
        await talk.AdvanceAsync(10);

        await SpeakAsync(talk, 5);

        NumbersOf(talk.Session).Should().Equal(Enumerable.Range(20, 15));
        talk.Renewals.Should().ContainSingle().Which.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.Audio)
            .Which.Duration.Should().Be(TimeSpan.FromSeconds(2));
        await EndAsync(talk, listening);
    }

    [Fact]
    public async Task Without_a_buffer_all_audio_of_the_gap_is_dropped()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxBufferedAudio = TimeSpan.Zero });
        var listening = Listen(talk);
        await talk.BeginGapAsync(seconds: 5);
        await SpeakAsync(talk, 10);
        await talk.AdvanceAsync(5);

        await SpeakAsync(talk, 1);

        NumbersOf(talk.Session).Should().Equal(10);
        talk.Renewals[0].NotCarriedOver.Should().ContainSingle().Which.Duration.Should().Be(TimeSpan.FromSeconds(1));
        await EndAsync(talk, listening);
    }

    [Fact]
    public async Task Speech_across_the_gap_becomes_a_turn_from_where_the_new_session_hears_it_and_its_start_is_listed()
    {
        var time = new VirtualTime();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time, Model = new() { Pace = EmulatorPace.AtFactor(4), SpeaksInTones = true } });
        emulator.Model.When("").Says("Yes.");
        await using var caller = await emulator.StartCallerAsync(ScriptedConversation.Agent, new() { Conversation = new() { Renewal = new() { ReplyAfterLoss = "Ask again." } } }).WithTimeout();
        var updates = new UpdateLog(caller.Conversation);
        var saying = caller.SayAsync("I would like to order three large soups with bread and butter please");
        await caller.WaitAsync(TimeSpan.FromSeconds(1));

        emulator.RespondNext(new EmulatorHttpResponse { Delay = TimeSpan.FromMilliseconds(500) });
        emulator.Sessions[0].End(ConnectionFailure.Reset);
        await time.RunUntilAsync(saying).WithTimeout();
        await caller.HearAsync().WithTimeout();
        await caller.WaitAsync(TimeSpan.FromSeconds(5));

        var renewal = updates.All.OfType<RenewalUpdate>().Single();
        renewal.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.Audio).Which.Duration.Should().BeGreaterThan(TimeSpan.FromMilliseconds(300));
        caller.Conversation.Turns.Where(turn => turn.Role == TurnRole.User).Should().ContainSingle().Which.Text.Should().EndWith("butter please").And.NotStartWith("I would");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Audio_that_waits_for_a_commit_is_listed_and_a_commit_of_the_gap_commits_what_the_new_session_has()
    {
        var agent = ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { Audio = new() { Input = new() { TurnDetection = TurnDetection.Disabled } } } };
        await using var talk = await RenewingConversation.StartAsync(agent: agent);
        var listening = Listen(talk);
        await SpeakAsync(talk, 10);
        await talk.BeginGapAsync(seconds: 5);
        await SpeakAsync(talk, 20);

        _microphone.Writer.Complete();
        await talk.Time.RunUntilAsync(listening).WithTimeout();
        await talk.AdvanceAsync(1);

        NumbersOf(talk.Session).Should().Equal(Enumerable.Range(10, 20));
        talk.Renewals.Should().ContainSingle().Which.NotCarriedOver.Should().ContainSingle().Which.Duration.Should().Be(TimeSpan.FromSeconds(1));
        talk.Session.Received.Count(message => message.Event is InputAudioBufferCommitEvent).Should().Be(1);
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_muted_user_is_silent_in_the_gap_too()
    {
        await using var talk = await RenewingConversation.StartAsync();
        var listening = Listen(talk);
        await talk.BeginGapAsync(seconds: 5);
        talk.Conversation.IsMuted = true;

        await SpeakAsync(talk, 10);
        await talk.AdvanceAsync(5);
        await SpeakAsync(talk, 1);

        talk.Session.ReceivedAudio.Length.Should().Be(11 * Chunk);
        talk.Session.ReceivedAudio.Span.IndexOfAnyExcept((byte)0).Should().Be(-1);
        await EndAsync(talk, listening);
    }

    private Task Listen(RenewingConversation talk) => talk.Conversation.ListenAsync(AudioSource.FromChunks(_microphone.Reader.ReadAllAsync()));

    /// <summary>Sends chunks of 100 ms, each of which repeats its number, too quiet to be taken for speech.</summary>
    private async Task SpeakAsync(RenewingConversation talk, int chunks)
    {
        for (var i = 0; i < chunks; i++)
        {
            var audio = new byte[Chunk];
            for (var at = 0; at < Chunk; at += 2)
                BinaryPrimitives.WriteInt16LittleEndian(audio.AsSpan(at), _next);
            _next++;
            await _microphone.Writer.WriteAsync(audio);
            for (var waits = 0; _microphone.Reader.Count > 0 && waits < 1_000; waits++)
                await Task.Delay(1);
            await talk.AdvanceAsync(0.1);
        }
    }

    private static IEnumerable<int> NumbersOf(EmulatorSession session)
    {
        var audio = session.ReceivedAudio;
        audio.Length.Should().Be(audio.Length / Chunk * Chunk);
        return Enumerable.Range(0, audio.Length / Chunk).Select(i => (int)BinaryPrimitives.ReadInt16LittleEndian(audio.Span[(i * Chunk)..]));
    }

    private async Task EndAsync(RenewingConversation talk, Task listening)
    {
        await talk.Conversation.DisposeAsync().WithTimeout();
        _microphone.Writer.Complete();
        await listening.WithTimeout();
    }
}
