namespace Realtime.Sdk.Internal;

/// <summary>
/// The amount of audio in the server's input buffer, as far as the client knows: the audio that was appended since the last commit or clear. Thread-safe.
/// </summary>
/// <remarks>
/// A commit applies to the audio that was sent before it, but more audio may be appended before its event arrives. Therefore the position of a commit is kept until
/// then. A commit by the server has no position: it is assumed to commit all audio.
/// </remarks>
internal sealed class InputBufferTracker
{
    /// <summary>The minimum duration that the server accepts in a commit.</summary>
    public static readonly TimeSpan MinCommit = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();

    // The positions of the commits and clears whose events have not arrived, oldest first.
    private readonly Queue<TimeSpan> _sent = new();
    private TimeSpan _appended;
    private TimeSpan _emptied;
    private TimeSpan _lastSent;

    /// <summary>The duration of the audio in the buffer, including audio that is still being sent.</summary>
    public TimeSpan Duration
    {
        get
        {
            lock (_lock)
                return _appended - (_sent.Count > 0 && _lastSent > _emptied ? _lastSent : _emptied);
        }
    }

    /// <summary>Whether a commit would be accepted.</summary>
    public bool CanCommit => Duration >= MinCommit;

    /// <summary>Records audio that was appended.</summary>
    public void Append(TimeSpan duration)
    {
        lock (_lock)
            _appended += duration;
    }

    /// <summary>Records a commit that the client is about to send.</summary>
    public void RecordCommit() => RecordSent();

    /// <summary>Records a clear that the client is about to send.</summary>
    public void RecordClear() => RecordSent();

    /// <summary>Records that the server has emptied the buffer: <c>input_audio_buffer.committed</c> or <c>input_audio_buffer.cleared</c>.</summary>
    /// <returns>The duration of the audio that it held.</returns>
    public TimeSpan RecordEmptied()
    {
        lock (_lock)
        {
            if (!_sent.TryDequeue(out var position))
                position = _appended;
            var before = _emptied;
            if (position > _emptied)
                _emptied = position;
            return _emptied - before;
        }
    }

    /// <summary>Removes the oldest pending commit or clear, which was refused or could not be sent.</summary>
    public void RecordRefusal()
    {
        lock (_lock)
            _sent.TryDequeue(out _);
    }

    /// <summary>Begins with the empty buffer of the next session.</summary>
    /// <param name="kept">The duration of the audio that waits to be sent to it, and was already counted.</param>
    /// <returns>The duration of the audio that the previous buffer held.</returns>
    public TimeSpan Reset(TimeSpan kept)
    {
        lock (_lock)
        {
            var held = _appended - _emptied - kept;
            _sent.Clear();
            (_emptied, _lastSent) = (_appended - kept, TimeSpan.Zero);
            return held > TimeSpan.Zero ? held : TimeSpan.Zero;
        }
    }

    private void RecordSent()
    {
        lock (_lock)
            _sent.Enqueue(_lastSent = _appended);
    }
}
