using CsCheck;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

public sealed class ReadAheadStreamTests
{
    private readonly BlockPool _pool = new();

    [Fact]
    public async Task Any_reads_of_any_link_give_the_same_bytes_and_leave_no_block()
    {
        await Gen.Select(Gen.Byte.Array[0, 200_000], Gen.Int[1, 100_000].Array[1, 8], Gen.Int[0, 30_000].Array[1, 8]).SampleAsync(async (bytes, parts, reads) =>
        {
            // Of its own: samples run at the same time.
            var pool = new BlockPool();
            await using var stream = new ReadAheadStream(new PartsStream(bytes, parts), pool);

            var read = new List<byte>();
            for (var i = 0; ; i++)
            {
                var buffer = new byte[reads[i % reads.Length]];
                var count = await stream.ReadAsync(buffer);
                if (count == 0 && buffer.Length == 0)
                    count = await stream.ReadAsync(buffer = new byte[1]);
                if (count == 0)
                    break;
                read.AddRange(buffer[..count]);
            }

            return read.SequenceEqual(bytes) && pool.Outstanding == 0;
        }, iter: 100);
    }

    [Fact]
    public async Task A_block_is_held_only_while_bytes_are_in_it()
    {
        await using var stream = new ReadAheadStream(new PartsStream(new byte[100], [100]), _pool);

        await stream.ReadExactlyAsync(new byte[60]);
        var during = _pool.Outstanding;
        await stream.ReadExactlyAsync(new byte[40]);

        (during, _pool.Outstanding).Should().Be((1, 0));
    }

    [Fact]
    public async Task A_ping_waits_for_the_end_of_a_frame_and_a_frame_for_the_end_of_a_ping()
    {
        var inner = new WriteGate();
        await using var stream = new ReadAheadStream(inner, _pool);

        var first = stream.WriteAsync(new byte[100]).AsTask();
        var during = stream.TryPing();
        inner.EndWrite();
        await first.WithTimeout();
        var after = stream.TryPing();
        var second = stream.WriteAsync(new byte[200]).AsTask();
        var begun = inner.Lengths.ToArray();
        inner.EndWrite();
        await TransportUnderTest.UntilAsync(() => inner.Lengths.Count == 3);
        inner.EndWrite();
        await second.WithTimeout();

        (during, after).Should().Be((false, true));
        begun.Should().Equal(100, 6);
        inner.Lengths.Should().Equal(100, 6, 200);
    }

    [Fact]
    public async Task A_failed_write_or_ping_does_not_hold_up_the_next()
    {
        var inner = new WriteGate { ThrowsAtOnce = true };
        await using var stream = new ReadAheadStream(inner, _pool);

        await FluentActions.Awaiting(() => stream.WriteAsync(new byte[1]).AsTask().WithTimeout()).Should().ThrowAsync<IOException>();
        stream.TryPing().Should().BeTrue();
        await FluentActions.Awaiting(() => stream.WriteAsync(new byte[1]).AsTask().WithTimeout()).Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task Disposing_gives_the_block_back_with_bytes_left_in_it()
    {
        var stream = new ReadAheadStream(new PartsStream(new byte[100], [100]), _pool);
        await stream.ReadExactlyAsync(new byte[60]);

        await stream.DisposeAsync();

        _pool.Outstanding.Should().Be(0);
    }

    [Fact]
    public async Task Disposing_while_a_read_completes_never_loses_a_block()
    {
        for (var i = 0; i < 2_000; i++)
        {
            var link = new GatedStream();
            var stream = new ReadAheadStream(link, _pool);
            var reading = stream.ReadAsync(new byte[10]).AsTask();

            await Task.WhenAll(Task.Run(link.Open), Task.Run(stream.Dispose)).WithTimeout();
            await Record.ExceptionAsync(() => reading.WithTimeout());

            _pool.Outstanding.Should().Be(0, "run {0}", i);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x81, 0x00, 0x88, 0x00 }, true)]
    [InlineData(new byte[] { 0x88, 0x02, 0x03, 0xE8 }, false)]
    public async Task An_empty_close_is_told_from_one_with_a_code_however_it_is_read(byte[] bytes, bool isEmpty)
    {
        for (var step = 1; step <= bytes.Length; step++)
        {
            await using var stream = new ReadAheadStream(new PartsStream(bytes, [bytes.Length]), _pool);
            for (var at = 0; at < bytes.Length; at += step)
                await stream.ReadExactlyAsync(new byte[Math.Min(step, bytes.Length - at)]);

            stream.EndsInEmptyClose.Should().Be(isEmpty, "steps of {0}", step);
        }
    }

    /// <summary>A link that gives what is asked for in parts of the given sizes.</summary>
    private sealed class PartsStream(byte[] bytes, int[] parts) : MemoryStream(bytes)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(buffer.Length, parts[_reads++ % parts.Length])]));
    }

    /// <summary>A link whose one read completes when it is opened.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource<int> _read = new();

        public void Open() => _read.TrySetResult(100);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_read.Task);

        protected override void Dispose(bool disposing)
        {
            _read.TrySetException(new ObjectDisposedException(null));
            base.Dispose(disposing);
        }
    }

    /// <summary>Writes that end when the test says so.</summary>
    private sealed class WriteGate : MemoryStream
    {
        private readonly Queue<TaskCompletionSource> _writes = new();

        public List<int> Lengths { get; } = [];

        public bool ThrowsAtOnce { get; init; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (ThrowsAtOnce)
                throw new IOException("The network is gone.");
            lock (_writes)
            {
                _writes.Enqueue(new(TaskCreationOptions.RunContinuationsAsynchronously));
                Lengths.Add(buffer.Length);
                return new(_writes.Last().Task);
            }
        }

        public void EndWrite()
        {
            lock (_writes)
                _writes.Dequeue().SetResult();
        }
    }
}
