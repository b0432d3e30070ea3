namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// What a caller says: audio that enters the call at the pace at which it is spoken, by the model's scheduler, one utterance after another. Silence
/// follows, as on any line, until turn detection must have found the end of the turn. Everything but <see cref="SayAsync"/> is under the model's lock.
/// </summary>
internal sealed class CallerVoice(SimulatedSession model)
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20), MaxSilence = TimeSpan.FromSeconds(10);

    private readonly Queue<Utterance> _utterances = [];
    private TimeSpan _silence;
    private bool _isRunning;

    /// <summary>Says something after what is being said; completes when it was said.</summary>
    public async Task SayAsync(Func<SampleFormat, byte[]> encode, CancellationToken cancellationToken)
    {
        var format = model.InputFormat;
        var utterance = new Utterance(format, encode(format));
        model.Run(scheduler =>
        {
            _utterances.Enqueue(utterance);
            if (!_isRunning)
                Next(scheduler);
        });

        // Whoever stops listening to a canceled utterance is the caller; the line drops the rest of it at its next frame.
        using var canceled = cancellationToken.Register(() => utterance.Said.TrySetCanceled(cancellationToken));
        using var over = model.Over.Register(() => utterance.Said.TrySetException(new EmulatorSessionEndedException("The call ended before everything was said.")));
        await utterance.Said.Task.ConfigureAwait(false);
    }

    /// <summary>Waits for the next frame to pass, and has it heard then; stops when nothing was said for long.</summary>
    private void Next(EventScheduler scheduler)
    {
        while (_utterances.TryPeek(out var first) && (first.Rest.IsEmpty || first.Said.Task.IsCompleted))
        {
            _utterances.Dequeue();
            first.Said.TrySetResult();
        }
        var utterance = _utterances.TryPeek(out var next) ? next : null;
        _silence = utterance is null ? _silence + Frame : TimeSpan.Zero;
        _isRunning = _silence <= MaxSilence;
        if (!_isRunning)
        {
            _silence = TimeSpan.Zero;
            return;
        }
        var format = utterance?.Format ?? model.InputFormat;
        var frame = utterance?.Take(format.BytesIn(Frame)) ?? Silence(format);
        scheduler.After(format.DurationOf(frame.Length), () =>
        {
            model.Hear(frame.Span);
            Next(scheduler);
        });
    }

    private static ReadOnlyMemory<byte> Silence(SampleFormat format)
    {
        var silence = new byte[format.BytesIn(Frame)];
        Array.Fill(silence, format.SilenceByte);
        return silence;
    }

    private sealed class Utterance(SampleFormat format, byte[] audio)
    {
        public TaskCompletionSource Said { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SampleFormat Format => format;

        /// <summary>What has not been said yet.</summary>
        public ReadOnlyMemory<byte> Rest { get; private set; } = audio;

        public ReadOnlyMemory<byte> Take(int bytes)
        {
            var taken = Rest[..Math.Min(bytes, Rest.Length)];
            Rest = Rest[taken.Length..];
            return taken;
        }
    }
}
