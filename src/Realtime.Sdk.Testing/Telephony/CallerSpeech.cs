namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The speech of a caller. The model's scheduler feeds the audio into the call in real time, one utterance after another. Ten seconds of silence follow,
/// as on a telephone line, so that turn detection finds the end of the turn. Everything except <see cref="SayAsync"/> runs under the model's lock.
/// </summary>
internal sealed class CallerSpeech(SimulatedSession model)
{
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(10);

    private readonly Queue<Utterance> _utterances = [];
    private TimeSpan _silence;
    private bool _isRunning;

    /// <summary>Says something after the utterances that are still playing; completes when it has been said.</summary>
    public async Task SayAsync(Func<SampleFormat, byte[]> encode, CancellationToken cancellationToken)
    {
        var format = model.InputFormat;
        var utterance = new Utterance(format, encode(format));
        model.Run(scheduler =>
        {
            _utterances.Enqueue(utterance);
            if (!_isRunning)
                ScheduleNextFrame(scheduler);
        });

        // Cancellation ends the wait immediately; the next frame drops the rest of the utterance.
        using var canceled = cancellationToken.Register(() => utterance.Completion.TrySetCanceled(cancellationToken));
        using var over = model.Over.Register(() => utterance.Completion.TrySetException(new EmulatorSessionEndedException("The call ended before everything was said.")));
        await utterance.Completion.Task.ConfigureAwait(false);
    }

    /// <summary>Schedules the next frame, which the model receives when its time has passed; stops after the maximum silence.</summary>
    private void ScheduleNextFrame(EventScheduler scheduler)
    {
        while (_utterances.TryPeek(out var first) && (first.Rest.IsEmpty || first.Completion.Task.IsCompleted))
        {
            _utterances.Dequeue();
            first.Completion.TrySetResult();
        }
        var utterance = _utterances.TryPeek(out var next) ? next : null;
        _silence = utterance is null ? _silence + CallAudio.Frame : TimeSpan.Zero;
        _isRunning = _silence <= MaxSilence;
        if (!_isRunning)
        {
            _silence = TimeSpan.Zero;
            return;
        }
        var format = utterance?.Format ?? model.InputFormat;
        var frame = utterance?.Take(format.BytesIn(CallAudio.Frame)) ?? CreateSilence(format);
        scheduler.Schedule(format.DurationOf(frame.Length), () =>
        {
            model.ReceiveAudio(frame.Span);
            ScheduleNextFrame(scheduler);
        });
    }

    private static ReadOnlyMemory<byte> CreateSilence(SampleFormat format)
    {
        var silence = new byte[format.BytesIn(CallAudio.Frame)];
        Array.Fill(silence, format.SilenceByte);
        return silence;
    }

    private sealed class Utterance(SampleFormat format, byte[] audio)
    {
        public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SampleFormat Format => format;

        /// <summary>The audio that has not been said yet.</summary>
        public ReadOnlyMemory<byte> Rest { get; private set; } = audio;

        public ReadOnlyMemory<byte> Take(int bytes)
        {
            var taken = Rest[..Math.Min(bytes, Rest.Length)];
            Rest = Rest[taken.Length..];
            return taken;
        }
    }
}
