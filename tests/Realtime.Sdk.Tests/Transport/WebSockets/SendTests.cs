using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

public sealed class SendTests
{
    private static readonly byte[] Huge = [.. Enumerable.Repeat((byte)'x', 20 * 1024 * 1024)];

    [Fact]
    public async Task Senders_at_the_same_time_never_mix_and_each_keeps_its_order()
    {
        const int senders = 64, each = 30;
        await using var test = await TransportUnderTest.StartAsync();

        var sending = Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
                await test.SendAsync($"{sender}/{i}/{new string((char)('a' + (sender % 26)), sender * 100)}");
        })));
        var ledger = new List<string[]>();
        while (ledger.Count < senders * each)
            ledger.Add((await test.Pair.ReceiveAsync())!.Split('/'));
        await sending.WithTimeout();

        foreach (var sender in ledger.GroupBy(message => message[0]))
        {
            sender.Select(message => int.Parse(message[1], null)).Should().Equal(Enumerable.Range(0, each));
            sender.Should().OnlyContain(message => message[2] == new string((char)('a' + (int.Parse(message[0], null) % 26)), int.Parse(message[0], null) * 100));
        }
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_cancelled_send_was_sent_whole_or_not_at_all_and_harms_nobody()
    {
        const int senders = 64, each = 30;
        await using var test = await TransportUnderTest.StartAsync();
        var completed = new System.Collections.Concurrent.ConcurrentBag<string>();
        var cancelled = new System.Collections.Concurrent.ConcurrentBag<string>();

        var sending = Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(async () =>
        {
            var random = new Random(sender);
            for (var i = 0; i < each; i++)
            {
                var message = $"{sender}/{i}/{new string('x', random.Next(20_000))}";
                using var cancellation = new CancellationTokenSource();
                var send = test.SendAsync(message, cancellation.Token);
                if (random.Next(2) == 0)
                    await cancellation.CancelAsync();
                try
                {
                    await send;
                    completed.Add(message);
                }
                catch (OperationCanceledException)
                {
                    cancelled.Add(message);
                }
            }
        }))).ContinueWith(_ => test.SendAsync("end"), TaskScheduler.Default).Unwrap();
        var ledger = new List<string>();
        while (await test.Pair.ReceiveAsync() is { } message && message != "end")
            ledger.Add(message);
        await sending.WithTimeout();

        ledger.Order(StringComparer.Ordinal).Should().Equal(completed.Order(StringComparer.Ordinal));
        ledger.Intersect(cancelled).Should().BeEmpty();
        (completed.Count + cancelled.Count).Should().Be(senders * each);
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_cancelled_token_sends_nothing()
    {
        await using var test = await TransportUnderTest.StartAsync();

        await FluentActions.Awaiting(() => test.SendAsync("no", new CancellationToken(true))).Should().ThrowAsync<OperationCanceledException>();
        await test.SendAsync("yes");

        (await test.Pair.ReceiveAsync()).Should().Be("yes");
    }

    [Fact]
    public async Task A_peer_that_takes_no_data_ends_the_connection_at_the_send_deadline()
    {
        var time = new FakeTimeProvider();
        await using var test = await TransportUnderTest.StartAsync(new() { Time = time, SendTimeout = TimeSpan.FromSeconds(7) });

        var stuck = test.SendAsync(Huge);
        var queued = test.SendAsync("behind it");
        time.Advance(TimeSpan.FromSeconds(6.9));
        stuck.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(0.2));

        var uncertain = await FluentActions.Awaiting(() => stuck.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
        uncertain.Which.IsDeliveryUncertain.Should().BeTrue();
        uncertain.Which.Phase.Should().Be(RealtimeConnectionPhase.Send);
        uncertain.Which.InnerException.Should().BeOfType<RealtimeTimeoutException>().Which.Deadline.Should().Be(RealtimeDeadline.Send);
        var certain = await FluentActions.Awaiting(() => queued.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
        certain.Which.IsDeliveryUncertain.Should().BeFalse();
        certain.Which.Message.Should().Be("The connection was aborted: the network accepted no data for 7 s.");
        await FluentActions.Awaiting(test.ReadAsync).Should().ThrowAsync<RealtimeConnectionException>();
    }

    [Fact]
    public async Task A_stuck_sender_can_be_overtaken_by_the_cancellation_of_those_behind_it()
    {
        await using var test = await TransportUnderTest.StartAsync();
        using var cancellation = new CancellationTokenSource();

        var stuck = test.SendAsync(Huge);
        var cancelled = test.SendAsync("never", cancellation.Token);
        var last = test.SendAsync("last");
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => cancelled.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();

        (await test.Pair.ReceiveAsync())!.Length.Should().Be(Huge.Length);
        (await test.Pair.ReceiveAsync()).Should().Be("last");
        await Task.WhenAll(stuck, last).WithTimeout();
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused_here_and_the_next_one_goes_out()
    {
        await using var test = await TransportUnderTest.StartAsync(new() { MaxSendBytes = 10 });

        var refused = await FluentActions.Awaiting(() => test.SendAsync("01234567890")).Should().ThrowAsync<RealtimeValidationException>();
        await test.SendAsync("0123456789");

        refused.Which.Message.Should().Be("The request was not sent: $ is 11 bytes, must be at most 10 bytes.");
        (await test.Pair.ReceiveAsync()).Should().Be("0123456789");
    }

    [Fact]
    public async Task What_waits_to_be_sent_is_bounded()
    {
        await using var test = await TransportUnderTest.StartAsync(new() { MaxQueuedSendBytes = 21 * 1024 * 1024 });

        var stuck = test.SendAsync(Huge);
        var refused = await FluentActions.Awaiting(() => test.SendAsync(new byte[2 * 1024 * 1024])).Should().ThrowAsync<RealtimeSendQueueFullException>();
        var fits = test.SendAsync("fits");

        test.Core.IsOpen.Should().BeTrue();
        refused.Which.IsTransient.Should().BeTrue();
        refused.Which.Message.Should().Be(
            "The event was not sent: 20971776 bytes are waiting to be sent, and the limit is 22020096 bytes (MaxQueuedSendBytes). The connection is open.");
        (await test.Pair.ReceiveAsync())!.Length.Should().Be(Huge.Length);
        (await test.Pair.ReceiveAsync()).Should().Be("fits");
        await Task.WhenAll(stuck, fits).WithTimeout();
    }

    [Fact]
    public async Task Small_events_that_wait_to_be_sent_are_bounded_by_their_number()
    {
        const int bound = 21 * 1024 * 1024;
        await using var test = await TransportUnderTest.StartAsync(new() { MaxQueuedSendBytes = bound });

        var stuck = test.SendAsync(Huge);
        var sends = Enumerable.Range(0, 5_000).Select(_ => test.SendAsync("x")).ToArray();
        var refused = sends.Where(send => send.IsFaulted).ToArray();
        (await test.Pair.ReceiveAsync())!.Length.Should().Be(Huge.Length);
        for (var i = refused.Length; i < sends.Length; i++)
            (await test.Pair.ReceiveAsync()).Should().Be("x");

        // Each takes 256 bytes beside its own.
        (sends.Length - refused.Length).Should().Be((bound - Huge.Length - 256) / 257);
        await Task.WhenAll([stuck, .. sends.Except(refused)]).WithTimeout();
        await FluentActions.Awaiting(() => Task.WhenAll(refused)).Should().ThrowAsync<RealtimeSendQueueFullException>();
    }

    [Fact]
    public async Task Events_that_wait_to_be_sent_hold_their_bytes_and_no_block_each()
    {
        await using var test = await TransportUnderTest.StartAsync();

        var stuck = test.SendAsync(Huge);
        var sends = Enumerable.Range(0, 1_000).Select(i => test.SendAsync($"{i}")).ToArray();
        var held = test.Pool.Outstanding;
        (await test.Pair.ReceiveAsync())!.Length.Should().Be(Huge.Length);
        for (var i = 0; i < 1_000; i++)
            (await test.Pair.ReceiveAsync()).Should().Be($"{i}");

        held.Should().BeLessThan(5);
        await Task.WhenAll([stuck, .. sends]).WithTimeout();
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_send_deadline_holds_though_timers_fire_early()
    {
        var time = new EarlyTimers(TimeSpan.FromMilliseconds(5));
        await using var test = await TransportUnderTest.StartAsync(new() { Time = time, SendTimeout = TimeSpan.FromSeconds(7) });

        var stuck = test.SendAsync(Huge);
        time.Advance(TimeSpan.FromSeconds(6.9));
        for (var i = 0; i < 200 && test.Core.End is null; i++)
            time.Advance(TimeSpan.FromMilliseconds(1));

        var end = await FluentActions.Awaiting(() => stuck.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
        end.Which.InnerException.Should().BeOfType<RealtimeTimeoutException>().Which.Deadline.Should().Be(RealtimeDeadline.Send);
    }

    [Fact]
    public async Task Sending_on_a_lost_connection_fails_at_once_and_certainly_sent_nothing()
    {
        await using var test = await TransportUnderTest.StartAsync();
        test.Pair.Reset();
        await test.Core.Completion.WithTimeout();

        var end = await FluentActions.Awaiting(() => test.SendAsync("late")).Should().ThrowAsync<RealtimeConnectionException>();

        end.Which.IsDeliveryUncertain.Should().BeFalse();
        end.Which.Phase.Should().Be(RealtimeConnectionPhase.Send);
    }
}
