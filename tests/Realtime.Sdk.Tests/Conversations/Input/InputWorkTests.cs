using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Input;

/// <summary>A clock that is informed of work in progress knows when the input waits for time or for its source.</summary>
public sealed class InputWorkTests : IDisposable
{
    private readonly CountingClock _time = new();
    private readonly RecordingHost _host;
    private readonly InputPump _pump;
    private readonly CancellationTokenSource _cancel = new();

    public InputWorkTests()
    {
        _host = new RecordingHost(_time) { OnAppend = Append };
        _pump = new InputPump(_host, _time);
    }

    [Fact]
    public async Task Nothing_is_in_hand_while_a_timer_is_awaited()
    {
        _host.TurnDetection = new ServerVad();
        var listening = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.1)), isLive: false), default);

        for (var i = 0; !listening.IsCompleted && i < 100; i++)
        {
            await _time.WaitUntilIdleAsync().WithTimeout();
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        await listening.WithTimeout();
        await _time.WaitUntilIdleAsync().WithTimeout();
        _host.Pieces.Should().HaveCount(40);
        _time.InHand.Should().Be(0);
    }

    [Fact]
    public async Task Nothing_is_in_hand_while_the_source_is_awaited()
    {
        var arrives = new TaskCompletionSource<byte[]>();
        var listening = _pump.RunAsync(new ScriptedSource(ScriptedSource.Waits(arrives)), default);

        var during = _time.InHand;
        arrives.SetResult(new byte[960]);

        await listening.WithTimeout();
        await _time.WaitUntilIdleAsync().WithTimeout();
        (during, _time.InHand).Should().Be((0, 0));
        _host.Pieces.Should().HaveCount(1);
    }

    [Fact]
    public async Task Audio_that_waits_to_be_sent_is_in_hand()
    {
        var sent = new TaskCompletionSource();
        _host.OnAppend = (_, _) => new ValueTask(sent.Task);
        _ = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(new byte[960]), isLive: true), default);

        var during = _time.InHand;
        sent.SetResult();
        await _time.WaitUntilIdleAsync().WithTimeout();

        (during, _time.InHand).Should().Be((1, 0));
    }

    [Fact]
    public async Task A_cancellation_is_in_hand_from_the_call_that_cancels_until_listening_has_ended()
    {
        var listening = _pump.RunAsync(new ScriptedSource(ScriptedSource.Stalls()), _cancel.Token);
        _time.Threads.Clear();
        var thread = Environment.CurrentManagedThreadId;

        Cancel();
        var threads = _time.Threads.ToArray();
        await FluentActions.Awaiting(() => listening.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();

        threads.Should().Contain(thread, "nothing may happen between the cancellation and the work that it causes");
        await _time.WaitUntilIdleAsync().WithTimeout();
    }

    private void Cancel() => _cancel.Cancel();

    public void Dispose()
    {
        _host.Dispose();
        _cancel.Dispose();
    }

    private ValueTask Append(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
    {
        _time.InHand.Should().BePositive();
        return ValueTask.CompletedTask;
    }

    private sealed class CountingClock : WorkTrackingTimeProvider
    {
        private readonly FakeTimeProvider _time = new();
        private readonly Lock _lock = new();
        private TaskCompletionSource? _idle;

        public int InHand { get; private set; }

        /// <summary>The threads on which work began.</summary>
        public System.Collections.Concurrent.ConcurrentQueue<int> Threads { get; } = new();

        public override long TimestampFrequency => _time.TimestampFrequency;

        public override long GetTimestamp() => _time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _time.CreateTimer(callback, state, dueTime, period);

        public void Advance(TimeSpan time) => _time.Advance(time);

        public Task WaitUntilIdleAsync()
        {
            lock (_lock)
            {
                _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (InHand == 0)
                    _idle.SetResult();
                return _idle.Task;
            }
        }

        public override void BeginWork()
        {
            Threads.Enqueue(Environment.CurrentManagedThreadId);
            lock (_lock)
                InHand++;
        }

        public override void EndWork()
        {
            lock (_lock)
            {
                InHand--;
                if (InHand == 0)
                    _idle?.TrySetResult();
            }
        }
    }
}
