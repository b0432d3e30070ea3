using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

public sealed class CloseTests
{
    [Fact]
    public async Task What_is_queued_is_sent_before_the_close()
    {
        await using var test = await TransportUnderTest.StartAsync();

        var sends = Enumerable.Range(0, 20).Select(i => test.SendAsync($"{i}")).ToArray();
        var closing = test.Core.CloseAsync(1000, "done", CancellationToken.None);
        for (var i = 0; i < 20; i++)
            (await test.Pair.ReceiveAsync()).Should().Be($"{i}");
        (await test.Pair.ReceiveAsync()).Should().BeNull();
        test.Pair.Server.CloseStatusDescription.Should().Be("done");
        await test.Pair.Server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithTimeout();

        await closing.WithTimeout();
        await Task.WhenAll(sends).WithTimeout();
    }

    [Fact]
    public async Task What_the_server_sends_until_its_own_close_can_be_read()
    {
        await using var test = await TransportUnderTest.StartAsync();

        var closing = test.Core.CloseAsync(4321, null, CancellationToken.None);
        (await test.Pair.ReceiveAsync()).Should().BeNull();
        await test.Pair.SendAsync("afterthought");
        await test.Pair.Server.CloseOutputAsync((WebSocketCloseStatus)4321, null, CancellationToken.None).WithTimeout();
        await closing.WithTimeout();

        (await test.ReadAsync()).Should().Be("afterthought");
        (await test.ReadAsync()).Should().BeNull();
    }

    [Fact]
    public async Task A_peer_that_never_answers_the_close_is_cut_off_at_the_deadline()
    {
        var time = new FakeTimeProvider();
        await using var test = await TransportUnderTest.StartAsync(new() { Time = time, CloseTimeout = TimeSpan.FromSeconds(5) });

        var closing = test.Core.CloseAsync(1000, null, CancellationToken.None);
        (await test.Pair.ReceiveAsync()).Should().BeNull();
        closing.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(5));

        await closing.WithTimeout();
        (await test.ReadAsync()).Should().BeNull();
    }

    [Fact]
    public async Task Cancelling_a_close_cuts_the_link()
    {
        await using var test = await TransportUnderTest.StartAsync();
        using var cancellation = new CancellationTokenSource();

        var closing = test.Core.CloseAsync(1000, null, cancellation.Token);
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => closing.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        (await test.ReadAsync()).Should().BeNull();
    }

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(1005, 1000)]
    [InlineData(1006, 1011)]
    [InlineData(1015, 1011)]
    [InlineData(1004, 1011)]
    [InlineData(0, 1011)]
    [InlineData(-1, 1011)]
    [InlineData(5000, 1011)]
    [InlineData(2999, 1011)]
    [InlineData(3000, 3000)]
    [InlineData(4999, 4999)]
    public async Task Codes_that_may_not_be_sent_are_sent_as_ones_that_may(int code, int sent)
    {
        await using var test = await TransportUnderTest.StartAsync();

        var closing = test.Core.CloseAsync(code, "why", CancellationToken.None);
        (await test.Pair.ReceiveAsync()).Should().BeNull();

        ((int?)test.Pair.Server.CloseStatus).Should().Be(sent);
        await test.Pair.Server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithTimeout();
        await closing.WithTimeout();
    }

    [Theory]
    [InlineData(123, "x", 123)]
    [InlineData(124, "x", 123)]
    [InlineData(62, "ü", 122)]
    [InlineData(31, "🎙", 120)]
    public void Long_reasons_are_cut_between_characters(int times, string character, int bytes)
    {
        var sent = CloseCodes.ToSendable(string.Concat(Enumerable.Repeat(character, times)))!;

        Encoding.UTF8.GetByteCount(sent).Should().Be(bytes);
        sent.Replace(character, "", StringComparison.Ordinal).Should().BeEmpty();
    }

    [Fact]
    public async Task Dispose_from_everywhere_at_once_ends_everything_and_throws_nothing()
    {
        await using var test = await TransportUnderTest.StartAsync();
        var echo = Task.Run(async () =>
        {
            while (await test.Pair.ReceiveAsync() is not null)
            {
            }
            await test.Pair.Server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });
        var reading = test.Core.WaitToReadAsync(CancellationToken.None).AsTask();
        var sending = Enumerable.Range(0, 50).Select(i => test.SendAsync($"{i}")).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            if (i % 3 == 0)
                await test.Core.CloseAsync(1000, null, CancellationToken.None);
            await test.Core.DisposeAsync();
        }))).WithTimeout();

        (await reading.WithTimeout()).Should().BeFalse();
        foreach (var send in sending)
        {
            try
            {
                await send.WithTimeout();
            }
            catch (Exception e) when (e is ObjectDisposedException or RealtimeConnectionException)
            {
                // Or it was sent before the end.
            }
        }
        await FluentActions.Awaiting(() => test.SendAsync("late")).Should().ThrowAsync<ObjectDisposedException>();
        FluentActions.Invoking(test.Core.BeginReading).Should().Throw<ObjectDisposedException>();
        await echo.WithTimeout();
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task Dispose_gives_back_what_was_never_read()
    {
        await using var test = await TransportUnderTest.StartAsync();
        await test.Pair.SendAsync(new string('x', 100_000));
        await TransportUnderTest.UntilAsync(() => test.Core.UnreadBytes == 100_000);
        test.Core.Abort();

        await test.Core.DisposeAsync().WithTimeout();

        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
        test.Core.UnreadBytes.Should().Be(0);
    }
}
