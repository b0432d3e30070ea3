namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The microphone of a simulated person: speech, with silence in between, as on a telephone line. Thread-safe.
/// </summary>
/// <param name="format">The format of the audio.</param>
/// <param name="clock">The clock of the conversation if it tracks work; otherwise null.</param>
internal sealed class CallerMicrophone(SampleFormat format, WorkTrackingTimeProvider? clock) : AudioSource
{
    private readonly Lock _lock = new();
    private readonly Queue<Utterance> _utterances = [];

    public override SampleFormat? Format => format;

    /// <summary>The conversation reads at playback speed, because the silence never ends.</summary>
    public override bool IsLive => false;

    /// <summary>Speaks after the utterances that are still being spoken; completes when all of the audio was read.</summary>
    public Task SayAsync(ReadOnlyMemory<byte> audio)
    {
        var utterance = new Utterance { Rest = audio, Completion = CountedWork.CreateSource<bool>(clock) };
        lock (_lock)
            _utterances.Enqueue(utterance);
        return utterance.Completion.Task;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            while (_utterances.TryPeek(out var first) && first.Rest.IsEmpty)
                CountedWork.Run(clock, static completion => completion.TrySetResult(true), _utterances.Dequeue().Completion);
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

        public required TaskCompletionSource<bool> Completion { get; init; }
    }
}
