using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Sockets;

/// <summary>The queue of frames to a client.</summary>
public sealed class FrameQueueTests
{
    [Fact]
    public async Task Frames_that_are_added_together_are_sent_in_one_write()
    {
        using var state = new EmulatorState(new());
        await using var stream = new Recorder();
        var queue = new FrameQueue(stream, state);

        queue.Add(FrameKind.Text, isLast: true, "one"u8, isTracked: false);
        queue.Add(FrameKind.Text, isLast: false, "tw"u8, isTracked: false);
        queue.Add(FrameKind.Continuation, isLast: true, "o"u8, isTracked: false);
        var waiting = queue.UnsentBytes;
        await queue.SendAsync().WithTimeout();

        stream.Writes.Should().ContainSingle().Which.Should().Equal([0x81, 3, .. "one"u8, 0x01, 2, .. "tw"u8, 0x80, 1, .. "o"u8]);
        waiting.Should().Be(stream.Writes[0].Length);
        queue.UnsentBytes.Should().Be(0);
    }

    [Fact]
    public async Task Frames_that_are_added_during_a_write_are_sent_with_the_next()
    {
        using var state = new EmulatorState(new());
        await using var stream = new Recorder { Gate = new() };
        var queue = new FrameQueue(stream, state);

        queue.Add(FrameKind.Text, isLast: true, "1"u8, isTracked: false);
        var first = queue.SendAsync();
        queue.Add(FrameKind.Text, isLast: true, "2"u8, isTracked: false);
        queue.Add(FrameKind.Close, isLast: true, [], isTracked: false);
        var rest = queue.SendAsync();
        var hadClosed = queue.HasClosed;
        stream.Gate.SetResult();
        await first.WithTimeout();
        await rest.WithTimeout();

        stream.Writes.Should().HaveCount(2);
        hadClosed.Should().BeFalse();
        queue.HasClosed.Should().BeTrue();
    }

    [Fact]
    public async Task A_write_that_fails_fails_its_waiters_and_those_of_the_next()
    {
        using var state = new EmulatorState(new());
        await using var stream = new Recorder { Failure = new IOException("gone") };
        var queue = new FrameQueue(stream, state);

        queue.Add(FrameKind.Text, isLast: true, "1"u8, isTracked: true);
        var first = await Record.ExceptionAsync(() => queue.SendAsync().WithTimeout());
        queue.Add(FrameKind.Text, isLast: true, "2"u8, isTracked: true);
        var second = await Record.ExceptionAsync(() => queue.SendAsync().WithTimeout());

        first.Should().BeOfType<EmulatorSessionEndedException>().Which.InnerException.Should().BeSameAs(stream.Failure);
        second.Should().BeOfType<EmulatorSessionEndedException>();
        await state.ActivityTracker.WhenIdleAsync(default).WithTimeout();
    }

    private sealed class Recorder : MemoryStream
    {
        public List<byte[]> Writes { get; } = [];

        public TaskCompletionSource? Gate { get; init; }

        public Exception? Failure { get; init; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes.Add(buffer.ToArray());
            if (Gate is not null)
                await Gate.Task;
            if (Failure is not null)
                throw Failure;
        }
    }
}
