namespace Realtime.Sdk.Testing.Internal;

/// <summary>A listener to the model's audio in a call. Both callbacks run under the model's lock and must not wait.</summary>
/// <param name="OnFrame">Receives a frame that has just been played.</param>
/// <param name="OnStop">Called when playback stops and the rest is dropped.</param>
internal sealed record CallListener(Action<EmulatedAudioFrame> OnFrame, Action OnStop);

/// <summary>
/// The model's audio in a call. The model's scheduler plays it frame by frame in real time, regardless of how fast it was generated. Used under the
/// model's lock; listeners may be added and removed from any thread.
/// </summary>
internal sealed class CallAudio
{
    /// <summary>The length of a frame of media.</summary>
    public static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan MaxUnplayed = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Queue<EmulatedAudioFrame> _frames = [];
    private CallListener[] _listeners = [];
    private TimeSpan _unplayed;
    private EventScheduler.Entry? _next;

    public void Add(CallListener listener)
    {
        lock (_lock)
            _listeners = [.. _listeners, listener];
    }

    public void Remove(CallListener listener)
    {
        lock (_lock)
            _listeners = [.. _listeners.Where(other => other != listener)];
    }

    /// <summary>Plays audio after the audio that is still to be played. Audio that would be more than five minutes ahead is dropped.</summary>
    public void Play(ReadOnlyMemory<byte> audio, SampleFormat format, EventScheduler scheduler)
    {
        while (!audio.IsEmpty && _unplayed < MaxUnplayed)
        {
            var length = Math.Min(format.BytesIn(Frame), audio.Length);
            var frame = new EmulatedAudioFrame { Audio = audio[..length], Format = format };
            _frames.Enqueue(frame);
            _unplayed += frame.Duration;
            audio = audio[length..];
        }
        if (_next is null)
            PlayNext(scheduler);
    }

    /// <summary>Stops playing and drops the rest.</summary>
    public void Stop()
    {
        _next?.Cancel();
        _next = null;
        _frames.Clear();
        _unplayed = TimeSpan.Zero;
        foreach (var listener in Volatile.Read(ref _listeners))
            listener.OnStop();
    }

    /// <summary>Plays the next frame. Listeners get it when its duration has passed, so that they never hear more than was played.</summary>
    private void PlayNext(EventScheduler scheduler)
    {
        _next = !_frames.TryPeek(out var frame) ? null : scheduler.Schedule(frame.Duration, () =>
        {
            _frames.Dequeue();
            _unplayed -= frame.Duration;
            foreach (var listener in Volatile.Read(ref _listeners))
                listener.OnFrame(frame);
            PlayNext(scheduler);
        });
    }
}
