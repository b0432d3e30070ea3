using System.Text;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

public sealed class MessageQueueTests
{
    private const int Capacity = 100_000;
    private readonly BlockPool _pool = new();
    private readonly MessageQueue _queue;

    public MessageQueueTests() => _queue = new(_pool, Capacity);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(50_000)]
    public void A_message_is_read_in_one_piece_whatever_its_size(int bytes)
    {
        Write(new string('a', 10));
        Write(new string('b', bytes));

        Read().Should().Be("aaaaaaaaaa");
        Read().Should().Be(new string('b', bytes));
        _pool.Outstanding.Should().Be(0);
    }

    [Fact]
    public void A_message_leased_to_the_reader_stays_until_it_is_released()
    {
        Write("one");
        Write("two");

        _queue.TryRead(out var first, out var sequence).Should().BeTrue();
        Write("three");
        Encoding.UTF8.GetString(first.Span).Should().Be("one");
        _queue.Release();

        sequence.Should().Be(0);
        (Read(), Read()).Should().Be(("two", "three"));
        _queue.ReadCount.Should().Be(3);
    }

    [Fact]
    public void What_does_not_fit_is_not_committed_until_something_is_read()
    {
        Write(new string('x', 60_000));
        Receive(new string('y', 60_000));

        _queue.TryCommit().Should().BeFalse();
        _queue.Free.Should().BeNegative();
        Read();

        _queue.TryCommit().Should().BeTrue();
        Read().Should().Be(new string('y', 60_000));
    }

    [Fact]
    public void A_message_larger_than_the_capacity_fits_into_an_empty_queue()
    {
        Receive(new string('x', 2 * Capacity));

        _queue.TryCommit().Should().BeTrue();
        Read()!.Length.Should().Be(2 * Capacity);
    }

    [Fact]
    public async Task The_writer_is_woken_when_a_sixteenth_of_the_capacity_is_free_beyond_its_message()
    {
        for (var i = 0; i < 99; i++)
            Write(new string('x', 984));
        Receive(new string('y', 984));
        _queue.TryCommit().Should().BeTrue();
        Receive(new string('z', 984));
        _queue.TryCommit().Should().BeFalse();

        var room = _queue.WaitForSpaceAsync();
        for (var i = 0; i < 8; i++)
        {
            room.IsCompleted.Should().BeFalse("{0} messages were read", i);
            Read();
        }

        await room.WithTimeout();
        _queue.TryCommit().Should().BeTrue();
    }

    [Fact]
    public async Task A_writer_that_waits_for_room_is_woken_by_the_end()
    {
        Write(new string('x', 60_000));
        Receive(new string('y', 60_000));
        var room = _queue.WaitForSpaceAsync();

        _queue.Complete();

        await room.WithTimeout();
        _queue.TryCommit().Should().BeFalse();
    }

    [Fact]
    public async Task A_waiting_reader_continues_where_the_writer_has_to_wait()
    {
        var reading = WaitAsync();
        Write("small");
        reading.IsCompleted.Should().BeFalse();

        _queue.WakeOnCurrentThread();

        (await reading.WithTimeout()).Should().Be((true, Environment.CurrentManagedThreadId));

        async Task<(bool More, int Thread)> WaitAsync() => (await _queue.WaitAsync(CancellationToken.None), Environment.CurrentManagedThreadId);
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_on_its_own_when_much_has_come()
    {
        var reading = _queue.WaitAsync(CancellationToken.None).AsTask();

        Write(new string('x', (Capacity / 16) + 1));

        (await reading.WithTimeout()).Should().BeTrue();
    }

    [Fact]
    public async Task The_end_comes_after_the_last_message()
    {
        Write("last");
        _queue.Complete();

        (await _queue.WaitAsync(CancellationToken.None)).Should().BeTrue();
        Read().Should().Be("last");
        (await _queue.WaitAsync(CancellationToken.None)).Should().BeFalse();
    }

    [Fact]
    public void A_dropped_message_leaves_those_before_it()
    {
        Write("kept");
        Receive(new string('x', 40_000));
        _queue.Drop();
        Write("next");

        (Read(), Read(), Read()).Should().Be(("kept", "next", null));
        _pool.Outstanding.Should().Be(0);
    }

    [Fact]
    public async Task Discarding_frees_everything_once_reader_and_writer_let_go()
    {
        Write("one");
        Write("two");
        _queue.TryRead(out _, out _);
        Receive("three");

        _queue.Discard();
        _queue.Release();
        _pool.Outstanding.Should().BePositive("the writer still holds a block");
        _queue.TryCommit().Should().BeTrue("nobody waits for what is discarded");

        _pool.Outstanding.Should().Be(0);
        _queue.Unread.Should().Be(0);
        (await _queue.WaitAsync(CancellationToken.None)).Should().BeFalse();
    }

    [Fact]
    public void A_backlog_of_many_blocks_is_read_in_order_while_it_grows()
    {
        var queue = new MessageQueue(_pool, long.MaxValue);
        var (written, read) = (0, 0);
        for (var round = 0; round < 200; round++)
        {
            for (var i = 0; i < 5; i++)
                Write($"{written++}:{new string('x', 9_000)}", queue);
            for (var i = 0; i < 3; i++)
                Read(queue).Should().StartWith($"{read++}:");
        }
        while (read < written)
            Read(queue).Should().StartWith($"{read++}:");

        _pool.Outstanding.Should().Be(0);
    }

    private void Write(string message, MessageQueue? queue = null)
    {
        Receive(message, queue);
        (queue ?? _queue).TryCommit().Should().BeTrue();
    }

    private void Receive(string message, MessageQueue? queue = null)
    {
        var rest = Encoding.UTF8.GetBytes(message).AsMemory();
        while (!rest.IsEmpty)
        {
            var memory = (queue ?? _queue).GetMemory();
            var count = Math.Min(memory.Length, rest.Length);
            rest[..count].CopyTo(memory);
            (queue ?? _queue).Advance(count);
            rest = rest[count..];
        }
    }

    private string? Read(MessageQueue? queue = null)
    {
        if (!(queue ?? _queue).TryRead(out var message, out _))
            return null;
        var text = Encoding.UTF8.GetString(message.Span);
        (queue ?? _queue).Release();
        return text;
    }
}
