namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The microphone of a simulated person: speech, with silence in between, as on a telephone line. Thread-safe.
/// </summary>
/// <param name="format">The format of the audio.</param>
internal sealed class CallerLine(SampleFormat format) : AudioSource
{
    private readonly Lock _lock = new();
    private readonly Queue<Utterance> _utterances = [];

    public override SampleFormat? Format => format;

    /// <summary>The conversation reads at playback speed, because the silence never ends.</summary>
    public override bool IsLive => false;

    /// <summary>Speaks after the utterances that are still being said; completes when all of the audio was read.</summary>
    public Task SayAsync(ReadOnlyMemory<byte> audio)
    {
        var utterance = new Utterance { Rest = audio };
        lock (_lock)
            _utterances.Enqueue(utterance);
        return utterance.Said.Task;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            while (_utterances.TryPeek(out var first) && first.Rest.IsEmpty)
                _utterances.Dequeue().Said.TrySetResult();
            if (!_utterances.TryPeek(out var utterance))
            {
                buffer.Span.Fill(format.SilenceByte);
                return new(buffer.Length);
            }
            var length = Math.Min(buffer.Length, utterance.Rest.Length);
            utterance.Rest[..length].CopyTo(buffer);
            utterance.Rest = utterance.Rest[length..];
            return new(length);
        }
    }

    private sealed class Utterance
    {
        public ReadOnlyMemory<byte> Rest { get; set; }

        public TaskCompletionSource Said { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
