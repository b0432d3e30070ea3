using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Watchdog;

public sealed class UnreportedSpeechTests
{
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20), Limit = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new();

    public static TheoryData<SampleEncoding> Encodings => [.. Enum.GetValues<SampleEncoding>()];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Nothing_is_allocated_per_piece(SampleEncoding encoding)
    {
        var format = encoding switch { SampleEncoding.Pcmu => SampleFormat.Pcmu(), SampleEncoding.Pcma => SampleFormat.Pcma(), _ => SampleFormat.Pcm() };
        var audio = new byte[format.BytesIn(Piece)];
        new Random(1).NextBytes(audio);
        var speech = new UnreportedSpeech(TimeProvider.System, Limit);
        Run(100);

        var allocated = Enumerable.Range(0, 3).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(1_000);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        allocated.Should().BeLessThan(1_000);

        void Run(int pieces)
        {
            for (var i = 0; i < pieces; i++)
            {
                speech.RecordEvent();
                speech.Observe(audio, format, isUserSpeaking: false, isAgentHeard: false, endOfSpeech: TimeSpan.Zero);
            }
        }
    }

    [Fact]
    public void Audio_that_is_sent_at_once_is_no_silence_of_the_server()
    {
        var speech = new UnreportedSpeech(_time, Limit);

        Enumerable.Range(0, 3_000).Any(_ => Add(speech, amplitude: 10_000)).Should().BeFalse("no time has passed");
    }

    [Fact]
    public void It_is_reported_once_until_the_server_sends_an_event()
    {
        var speech = new UnreportedSpeech(_time, Limit);

        var first = Speak(speech, seconds: 60);
        speech.RecordEvent();
        var second = Speak(speech, seconds: 60);

        (first, second).Should().Be((1, 1));
    }

    [Fact]
    public void While_the_agent_is_heard_nothing_is_expected()
    {
        var speech = new UnreportedSpeech(_time, Limit);

        Speak(speech, seconds: 60, isAgentHeard: true).Should().Be(0);
    }

    /// <summary>Words with pauses; returns how often they were reported as unreported.</summary>
    private int Speak(UnreportedSpeech speech, int seconds, bool isAgentHeard = false)
    {
        var reports = 0;
        for (var i = 0; i < seconds * 50; i++)
        {
            if (Add(speech, (short)(i % 50 < 35 ? 10_000 : 0), isAgentHeard))
                reports++;
            _time.Advance(Piece);
        }
        return reports;
    }

    private static bool Add(UnreportedSpeech speech, short amplitude, bool isAgentHeard = false)
    {
        var samples = new short[480];
        Array.Fill(samples, amplitude);
        return speech.Observe(System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan()), SampleFormat.Pcm(), isUserSpeaking: false, isAgentHeard, TimeSpan.Zero);
    }
}
