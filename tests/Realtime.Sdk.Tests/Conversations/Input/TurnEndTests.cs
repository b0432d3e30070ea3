using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Input;

public sealed class TurnEndTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingHost _host;
    private readonly InputPump _pump;

    public TurnEndTests()
    {
        _host = new RecordingHost(_time);
        _pump = new InputPump(_host, _time);
    }

    public static TheoryData<TurnDetection?, bool, int> Silences => new()
    {
        { null, true, 700 },
        { null, false, 700 },
        { new ServerVad(), true, 700 },
        { new ServerVad { SilenceDuration = TimeSpan.FromMilliseconds(200) }, true, 400 },
        { new ServerVad { SilenceDuration = TimeSpan.FromSeconds(3) }, false, 3_200 },
        { new SemanticVad(), true, 4_200 },
        { new SemanticVad { Eagerness = VadEagerness.Low }, true, 8_200 },
        { new SemanticVad { Eagerness = VadEagerness.Medium }, true, 4_200 },
        { new SemanticVad { Eagerness = VadEagerness.High }, true, 2_200 },
        { new SemanticVad { Eagerness = VadEagerness.Low }, false, 700 },
    };

    [Theory, MemberData(nameof(Silences))]
    public async Task Silence_follows_the_audio_for_as_long_as_turn_detection_needs(TurnDetection? detection, bool isSpeaking, int milliseconds)
    {
        (_host.TurnDetection, _host.IsUserSpeaking) = (detection, isSpeaking);
        var speech = Sounds.Speech(0.1);
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(speech), isLive: true), default);

        Advance(milliseconds - 40);
        var wasDone = listening.IsCompleted;
        Advance(20);

        await listening.WithTimeout();
        wasDone.Should().BeFalse("the last piece of silence is not due yet");
        _host.Audio.Should().Equal([.. speech, .. Sounds.Silence(milliseconds / 1_000.0)]);
        _host.Commits.Should().BeEmpty();
    }

    [Fact]
    public async Task Silence_is_paced_by_the_clock_and_made_of_the_session_s_format()
    {
        (_host.TurnDetection, _host.InputFormat) = (new ServerVad(), SampleFormat.Pcmu());
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(new byte[800]), isLive: true), default);

        Advance(700);

        await listening.WithTimeout();
        _host.Pieces.Skip(1).Select(piece => (piece.At, piece.Length)).Should().Equal(
            Enumerable.Range(0, 35).Select(i => (TimeSpan.FromMilliseconds(20 * i), 160)));
        _host.Audio[800..].Should().OnlyContain(b => b == 0xFF);
    }

    [Fact]
    public async Task Silence_after_a_file_follows_when_its_last_audio_has_sounded()
    {
        _host.TurnDetection = new ServerVad();
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.05)), isLive: false), default);

        Advance(1_000, step: 10);

        await listening.WithTimeout();
        _host.Pieces.Take(5).Select(piece => piece.At.TotalMilliseconds).Should().Equal(0, 20, 40, 50, 70);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_ends_with_the_user_s_turn(bool isSemantic)
    {
        _host.TurnDetection = isSemantic ? new SemanticVad { Eagerness = VadEagerness.Low } : new ServerVad { SilenceDuration = TimeSpan.FromSeconds(8) };
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.1)), isLive: true), default);

        Advance(100);
        _host.IsUserSpeaking = true;
        Advance(300);
        _host.IsUserSpeaking = false;
        Advance(20);

        await listening.WithTimeout();
        _host.Pieces[^1].At.Should().Be(TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public async Task Without_turn_detection_the_end_of_the_audio_is_committed_once()
    {
        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.1)), isLive: true), default).WithTimeout();

        _host.Commits.Should().HaveCount(1);
        _host.Audio.Should().HaveCount(4_800, "no silence is needed");
        _pump.Buffer.Duration.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Less_than_100_ms_are_not_committed_and_count_for_the_next_source()
    {
        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(new byte[2_400]), isLive: true), default).WithTimeout();
        var commits = _host.Commits.Count;
        var duration = _pump.Buffer.Duration;

        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(new byte[2_400]), isLive: true), default).WithTimeout();

        commits.Should().Be(0);
        duration.Should().Be(TimeSpan.FromMilliseconds(50));
        _host.Commits.Should().HaveCount(1);
    }

    [Fact]
    public async Task What_the_server_cleared_is_not_committed()
    {
        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(new byte[4_000]), isLive: true), default).WithTimeout();
        _pump.Buffer.RecordEmptied();

        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(new byte[4_000]), isLive: true), default).WithTimeout();

        _host.Commits.Should().BeEmpty();
    }

    [Fact]
    public async Task Turn_detection_that_is_turned_off_during_the_silence_leads_to_a_commit()
    {
        _host.TurnDetection = new SemanticVad();
        _host.IsUserSpeaking = true;
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.1)), isLive: true), default);

        Advance(100);
        _host.TurnDetection = TurnDetection.Disabled;
        Advance(20);

        await listening.WithTimeout();
        _host.Commits.Should().HaveCount(1);
    }

    public void Dispose() => _host.Dispose();

    private void Advance(int milliseconds, int step = 20)
    {
        for (var i = 0; i < milliseconds; i += step)
            _time.Advance(TimeSpan.FromMilliseconds(step));
    }
}
