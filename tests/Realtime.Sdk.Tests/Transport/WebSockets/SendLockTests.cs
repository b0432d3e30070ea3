using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

public sealed class SendLockTests
{
    private readonly SendLock _gate = new();

    [Fact]
    public async Task Senders_enter_one_at_a_time_in_the_order_of_their_calls()
    {
        var order = new List<int>();
        await _gate.EnterAsync(CancellationToken.None);
        var senders = Enumerable.Range(0, 50).Select(async i =>
        {
            await _gate.EnterAsync(CancellationToken.None);
            order.Add(i);
            _gate.Exit();
        }).ToArray();

        order.Should().BeEmpty();
        _gate.Exit();
        await Task.WhenAll(senders).WithTimeout();

        order.Should().Equal(Enumerable.Range(0, 50));
    }

    [Fact]
    public async Task A_canceled_wait_leaves_the_queue_and_the_others_keep_their_order()
    {
        using var cancellation = new CancellationTokenSource();
        await _gate.EnterAsync(CancellationToken.None);
        var first = _gate.EnterAsync(CancellationToken.None).AsTask();
        var canceled = _gate.EnterAsync(cancellation.Token).AsTask();
        var last = _gate.EnterAsync(CancellationToken.None).AsTask();

        await cancellation.CancelAsync();
        _gate.Exit();

        (await FluentActions.Awaiting(() => canceled.WithTimeout()).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancellation.Token);
        await first.WithTimeout();
        last.IsCompleted.Should().BeFalse();
        _gate.Exit();
        await last.WithTimeout();
    }

    [Fact]
    public async Task A_cancellation_that_comes_with_the_turn_gives_the_turn_or_the_cancellation_and_never_loses_the_gate()
    {
        for (var i = 0; i < 500; i++)
        {
            using var cancellation = new CancellationTokenSource();
            await _gate.EnterAsync(CancellationToken.None);
            var waiting = _gate.EnterAsync(cancellation.Token).AsTask();

            await Task.WhenAll(Task.Run(cancellation.Cancel), Task.Run(_gate.Exit)).WithTimeout();
            if (await Record.ExceptionAsync(() => waiting.WithTimeout()) is null)
                _gate.Exit();

            await _gate.EnterAsync(CancellationToken.None).AsTask().WithTimeout();
            _gate.Exit();
        }
    }

    [Fact]
    public async Task A_broken_gate_refuses_who_waits_and_who_comes_and_lets_out_who_is_inside()
    {
        await _gate.EnterAsync(CancellationToken.None);
        var waiting = _gate.EnterAsync(CancellationToken.None).AsTask();

        _gate.Fail(() => new NotSupportedException("first"));
        _gate.Fail(() => new NotSupportedException("second"));

        (await FluentActions.Awaiting(() => waiting.WithTimeout()).Should().ThrowAsync<NotSupportedException>()).WithMessage("first");
        FluentActions.Invoking(_gate.Exit).Should().NotThrow();
        (await FluentActions.Awaiting(() => _gate.EnterAsync(CancellationToken.None).AsTask()).Should().ThrowAsync<NotSupportedException>()).WithMessage("first");
    }

    [Fact]
    public async Task A_canceled_token_never_enters()
    {
        await FluentActions.Awaiting(() => _gate.EnterAsync(new CancellationToken(true)).AsTask()).Should().ThrowAsync<OperationCanceledException>();

        await _gate.EnterAsync(CancellationToken.None).AsTask().WithTimeout();
    }

    [Fact]
    public async Task Many_senders_never_share_the_gate()
    {
        var (inside, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await _gate.EnterAsync(CancellationToken.None);
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
                _gate.Exit();
            }
        }))).WithTimeout();

        most.Should().Be(1);
    }
}
