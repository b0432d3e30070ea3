namespace Realtime.Sdk.Internal;

/// <summary>
/// The amount of audio in the server's input buffer, as far as the client knows: the audio that was appended since the last commit or clear. Thread-safe.
/// </summary>
/// <remarks>
/// A commit applies to the audio that was sent before it, but its event arrives when more audio was appended. So its position is kept until the event
/// arrives. A commit by the server has no position: it is assumed to commit all audio.
/// </remarks>
internal sealed class InputBufferLedger
{
    /// <summary>The server refuses to commit less than this.</summary>
    public static readonly TimeSpan MinCommit = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();

    // The positions of the commits and clears whose event has not arrived, oldest first.
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

    /// <summary>Called when audio was appended.</summary>
    public void Appended(TimeSpan duration)
    {
        lock (_lock)
            _appended += duration;
    }

    /// <summary>Called when the client sends a commit.</summary>
    public void CommitSent() => Sent();

    /// <summary>Called when the client sends a clear.</summary>
    public void ClearSent() => Sent();

    /// <summary>Called when the server has emptied the buffer: <c>input_audio_buffer.committed</c> or <c>input_audio_buffer.cleared</c>.</summary>
    /// <returns>The duration of the audio that it held.</returns>
    public TimeSpan Emptied()
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

    /// <summary>Called when the oldest pending commit or clear was refused or could not be sent.</summary>
    public void Refused()
    {
        lock (_lock)
            _sent.TryDequeue(out _);
    }

    /// <summary>Called when the next session begins with an empty buffer.</summary>
    /// <param name="kept">The duration of the audio that waits to be sent to it, and was already counted.</param>
    /// <returns>The duration of the audio that the previous buffer held.</returns>
    public TimeSpan Replaced(TimeSpan kept)
    {
        lock (_lock)
        {
            var held = _appended - _emptied - kept;
            _sent.Clear();
            (_emptied, _lastSent) = (_appended - kept, TimeSpan.Zero);
            return held > TimeSpan.Zero ? held : TimeSpan.Zero;
        }
    }

    private void Sent()
    {
        lock (_lock)
            _sent.Enqueue(_lastSent = _appended);
    }
}
