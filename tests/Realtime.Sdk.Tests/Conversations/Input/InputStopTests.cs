using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Input;

public sealed class InputStopTests : IDisposable
{
    private static readonly byte[] Audio = Sounds.Speech(0.1);

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingHost _host;
    private readonly InputPump _pump;
    private readonly CancellationTokenSource _cancel = new();

    public InputStopTests()
    {
        _host = new RecordingHost(_time);
        _pump = new InputPump(_host, _time);
    }

    public static TheoryData<TurnDetection> Detections => [TurnDetection.Disabled, new ServerVad()];

    [Theory, MemberData(nameof(Detections))]
    public async Task A_canceled_source_is_neither_committed_nor_followed_by_silence(TurnDetection detection)
    {
        _host.TurnDetection = detection;
        var listening = _pump.RunAsync(new ScriptedSource(ScriptedSource.Gives(Audio), ScriptedSource.Stalls()), _cancel.Token);

        await _cancel.CancelAsync();

        (await FluentActions.Awaiting(() => listening.WithTimeout()).Should().ThrowAsync<OperationCanceledException>())
            .Which.CancellationToken.Should().Be(_cancel.Token);
        _time.Advance(TimeSpan.FromSeconds(10));
        _host.Audio.Should().Equal(Audio);
        (_host.Commits.Count, _host.Failures.Count).Should().Be((0, 0));
    }

    [Fact]
    public async Task A_canceled_file_is_not_committed()
    {
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(1)), isLive: false), _cancel.Token);
        for (var i = 0; i < 10; i++)
            _time.Advance(TimeSpan.FromMilliseconds(20));

        await _cancel.CancelAsync();

        await FluentActions.Awaiting(() => listening.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        _host.Pieces.Should().HaveCount(11);
        _host.Commits.Should().BeEmpty();
    }

    [Fact]
    public async Task Silence_stops_when_it_is_canceled()
    {
        _host.TurnDetection = new ServerVad();
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Audio), isLive: true), _cancel.Token);

        await _cancel.CancelAsync();

        await FluentActions.Awaiting(() => listening.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        _host.Pieces.Should().HaveCount(2);
    }

    [Fact]
    public async Task After_a_cancellation_the_next_source_is_sent()
    {
        var pipe = new Pipe();
        var listening = _pump.RunAsync(pipe.Reader, _cancel.Token);
        await _cancel.CancelAsync();
        await FluentActions.Awaiting(() => listening.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();

        await pipe.Writer.WriteAsync(Audio);
        await pipe.Writer.CompleteAsync();
        await _pump.RunAsync(pipe.Reader, default).WithTimeout();

        _host.Audio.Should().Equal(Audio);
        _host.Commits.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_source_that_is_canceled_within_a_sample_goes_on_there()
    {
        var source = new ScriptedSource(ScriptedSource.Gives(Audio[..99]), ScriptedSource.Stalls(), ScriptedSource.Gives(Audio[99..]));
        var listening = _pump.RunAsync(source, _cancel.Token);
        await _cancel.CancelAsync();
        await FluentActions.Awaiting(() => listening.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();

        await _pump.RunAsync(source, default).WithTimeout();

        _host.Audio.Should().Equal(Audio);
    }

    [Fact]
    public async Task A_source_that_ignores_its_token_holds_nobody_up_and_loses_no_audio()
    {
        var arrives = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new ScriptedSource(ScriptedSource.Waits(arrives));
        var pump = await CancelWhileReadingAsync(source);

        var again = pump.RunAsync(source, default);
        arrives.SetResult(Audio);

        await again.WithTimeout();
        _host.Audio.Should().Equal(Audio);
    }

    [Fact]
    public async Task A_read_that_notices_its_cancellation_late_does_not_fail_the_next_run()
    {
        var arrives = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new ScriptedSource(ScriptedSource.Waits(arrives), ScriptedSource.Gives(Audio));
        var pump = await CancelWhileReadingAsync(source);

        var again = pump.RunAsync(source, default);
        arrives.SetCanceled();

        await again.WithTimeout();
        _host.Audio.Should().Equal(Audio);
        _host.Failures.Should().BeEmpty();
    }

    [Fact]
    public async Task Chunks_that_ignore_their_token_are_disposed_when_the_next_one_comes()
    {
        var arrives = new TaskCompletionSource();
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await CancelWhileReadingAsync(AudioSource.FromChunks(Chunks()));
        var before = disposed.Task.IsCompleted;

        arrives.SetResult();

        await disposed.Task.WithTimeout();
        before.Should().BeFalse();
        _host.Pieces.Should().BeEmpty();

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks()
        {
            try
            {
                await arrives.Task;
                yield return Audio;
            }
            finally
            {
                disposed.SetResult();
            }
        }
    }

    [Theory, MemberData(nameof(Detections))]
    public async Task A_source_that_throws_surfaces_its_exception_and_commits_nothing(TurnDetection detection)
    {
        _host.TurnDetection = detection;
        foreach (var exception in new Exception[] { new IOException("The device is gone."), new ObjectDisposedException("device"), new OperationCanceledException() })
        {
            var before = _host.Pieces.Count;
            var source = new ScriptedSource(ScriptedSource.Gives(Audio), ScriptedSource.Throws(exception));

            var thrown = await FluentActions.Awaiting(() => _pump.RunAsync(source, default).WithTimeout()).Should().ThrowAsync<Exception>();

            thrown.Which.Should().BeSameAs(exception);
            _host.Failures[^1].Should().BeSameAs(exception);
            _host.Pieces.Should().HaveCount(before + 1);
        }
        _host.Commits.Should().BeEmpty();
        _host.TurnDetection = TurnDetection.Disabled;
        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Audio), isLive: true), default).WithTimeout();
        _host.Commits.Should().HaveCount(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_source_that_returns_an_impossible_length_fails_with_a_message_that_says_so(int sign)
    {
        var source = new ScriptedSource((buffer, _) => new(sign * (buffer.Length + 1)));

        var thrown = await FluentActions.Awaiting(() => _pump.RunAsync(source, default).WithTimeout()).Should().ThrowAsync<InvalidOperationException>();

        thrown.WithMessage($"The audio source returned {sign * 4_801} bytes for a buffer of 4800 bytes. It must return 0 to 4800.");
        _host.Failures.Should().ContainSingle().Which.Should().BeSameAs(thrown.Which);
        _host.Pieces.Should().BeEmpty();
    }

    [Fact]
    public async Task A_source_that_fails_because_it_is_canceled_is_canceled()
    {
        var source = new ScriptedSource(async (_, token) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            throw new IOException("The device is closed.");
        });
        var listening = _pump.RunAsync(source, _cancel.Token);

        await _cancel.CancelAsync();

        await FluentActions.Awaiting(() => listening.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        _host.Failures.Should().BeEmpty();
    }

    [Fact]
    public async Task The_end_of_the_conversation_completes_listening_wherever_it_is()
    {
        AudioSource[] sources = [new ScriptedSource(ScriptedSource.Stalls()), AudioSource.FromStream(new MemoryStream(Audio), isLive: false), AudioSource.FromStream(new MemoryStream(Audio), isLive: true)];
        foreach (var source in sources)
        {
            using var host = new RecordingHost(_time) { TurnDetection = new ServerVad() };
            var listening = new InputPump(host, _time).RunAsync(source, default);

            host.End();

            await listening.WithTimeout();
            host.Commits.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task A_failed_connection_completes_listening_when_the_conversation_ends_by_it()
    {
        var appended = new TaskCompletionSource();
        _host.OnAppend = (_, _) => new ValueTask(appended.Task);
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Audio), isLive: true), default);

        appended.SetException(Lost());
        var wasDone = listening.IsCompleted;
        _host.End();

        await listening.WithTimeout();
        wasDone.Should().BeFalse();
        _host.Failures.Should().BeEmpty();
    }

    [Fact]
    public async Task A_failed_connection_surfaces_when_the_conversation_goes_on()
    {
        var lost = Lost();
        _host.OnAppend = (_, _) => ValueTask.FromException(lost);
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Audio), isLive: true), default);

        _time.Advance(TimeSpan.FromSeconds(1));

        (await FluentActions.Awaiting(() => listening.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>()).Which.Should().BeSameAs(lost);
        (_host.Failures.Count, _host.Commits.Count).Should().Be((0, 0));
    }

    [Theory]
    [InlineData("canceled")]
    [InlineData("ended")]
    [InlineData("read")]
    [InlineData("failed")]
    public async Task The_enumerator_of_chunks_is_disposed_once_however_listening_ends(string how)
    {
        var disposals = 0;
        var listening = _pump.RunAsync(AudioSource.FromChunks(Chunks()), _cancel.Token);

        if (how == "canceled")
            await _cancel.CancelAsync();
        if (how == "ended")
            _host.End();
        await listening.WithTimeout().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        disposals.Should().Be(1);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                yield return Audio;
                if (how == "failed")
                    throw new IOException();
                if (how != "read")
                    await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }
            finally
            {
                disposals++;
            }
        }
    }

    [Fact]
    public async Task The_enumerator_of_chunks_is_disposed_when_the_connection_fails_between_two_reads()
    {
        var disposed = false;
        _host.OnAppend = (_, _) => ValueTask.FromException(new InvalidOperationException());

        await FluentActions.Awaiting(() => _pump.RunAsync(AudioSource.FromChunks(Chunks()), default).WithTimeout()).Should().ThrowAsync<InvalidOperationException>();

        disposed.Should().BeTrue();

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks()
        {
            try
            {
                await Task.CompletedTask;
                yield return Audio;
            }
            finally
            {
                disposed = true;
            }
        }
    }

    public void Dispose()
    {
        _host.Dispose();
        _cancel.Dispose();
    }

    /// <summary>Cancels a run whose source ignores it.</summary>
    private async Task<InputPump> CancelWhileReadingAsync(AudioSource source)
    {
        var timer = new TimerSignal(_time);
        var pump = new InputPump(_host, timer);
        var listening = pump.RunAsync(source, _cancel.Token);
        await _cancel.CancelAsync();
        await timer.Armed.WithTimeout();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await FluentActions.Awaiting(() => listening.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        return pump;
    }

    private static RealtimeConnectionException Lost() => new(RealtimeConnectionPhase.Send, "The connection was lost.");

    /// <summary>Says when the wait for a canceled read has begun.</summary>
    private sealed class TimerSignal(FakeTimeProvider time) : TimeProvider
    {
        private readonly TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Armed => _armed.Task;

        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(time.CreateTimer(callback, state, dueTime, period), _armed);

        private sealed class Timer(ITimer timer, TaskCompletionSource armed) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                var changed = timer.Change(dueTime, period);
                armed.TrySetResult();
                return changed;
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
