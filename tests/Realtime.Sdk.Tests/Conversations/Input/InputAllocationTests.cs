using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Input;

/// <summary>An hour of audio costs as much memory as a second.</summary>
public sealed class InputAllocationTests
{
    private static readonly SampleFormat Pcm = SampleFormat.Pcm();

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Nothing_is_allocated_per_chunk(bool isSynchronous, bool isConverted)
    {
        var format = isConverted ? SampleFormat.Pcmu() : Pcm;
        Run(format, isSynchronous, chunks: 200);

        // The least of three: the runtime may allocate once on this thread while it compiles a method again.
        var more = Enumerable.Range(0, 3).Min(_ => Run(format, isSynchronous, chunks: 5_200) - Run(format, isSynchronous, chunks: 200));

        more.Should().BeLessThan(5_000, "5,000 more chunks are sent");
    }

    private static long Run(SampleFormat format, bool isSynchronous, int chunks)
    {
        using var host = new SilentHost();
        var source = new ManualSource(format, isSynchronous, chunks);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var listening = new InputPump(host, TimeProvider.System).RunAsync(source, default);
        while (!listening.IsCompleted)
            source.Deliver();

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        listening.IsCompletedSuccessfully.Should().BeTrue();
        host.Bytes.Should().BeInRange(chunks * 900L, chunks * 960L);
        return allocated;
    }

    /// <summary>Gives chunks of 20 ms, at once or when <see cref="Deliver"/> is called; the reader goes on inside that call.</summary>
    private sealed class ManualSource(SampleFormat format, bool isSynchronous, int chunks) : AudioSource, System.Threading.Tasks.Sources.IValueTaskSource<int>
    {
        private readonly int _length = format.BytesIn(TimeSpan.FromMilliseconds(20));
        private System.Threading.Tasks.Sources.ManualResetValueTaskSourceCore<int> _core;
        private int _left = chunks;

        public override SampleFormat? Format => format;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span[.._length].Fill(100);
            if (isSynchronous)
                return new(Next());
            _core.Reset();
            return new(this, _core.Version);
        }

        public void Deliver() => _core.SetResult(Next());

        public int GetResult(short token) => _core.GetResult(token);

        public System.Threading.Tasks.Sources.ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, System.Threading.Tasks.Sources.ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        private int Next() => _left-- > 0 ? _length : 0;
    }

    private sealed class SilentHost : IInputHost, IDisposable
    {
        private readonly CancellationTokenSource _ended = new();

        public SampleFormat InputFormat => Pcm;

        public TurnDetection? TurnDetection => TurnDetection.Disabled;

        public bool IsUserSpeaking => false;

        public bool SendsSilence => false;

        public CancellationToken Ended => _ended.Token;

        public long Bytes { get; private set; }

        public ValueTask AppendAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
        {
            Bytes += audio.Length;
            return ValueTask.CompletedTask;
        }

        public ValueTask CommitAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void OnSourceFailed(Exception exception) => throw exception;

        public void Dispose() => _ended.Dispose();
    }
}
