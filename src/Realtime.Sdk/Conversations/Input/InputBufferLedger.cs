namespace Realtime.Sdk.Internal;

/// <summary>
/// How much audio the server's input buffer holds, as far as the client can know: what was appended since the last commit or clear. Thread-safe.
/// </summary>
/// <remarks>
/// A commit that was sent takes effect on the audio before it, although its event comes after more audio was appended. Therefore its position is
/// kept until the event. The server's own commit has no position: it counts as taking everything.
/// </remarks>
internal sealed class InputBufferLedger
{
    /// <summary>The server refuses to commit less than this.</summary>
    public static readonly TimeSpan MinCommit = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();

    // The positions of commits and clears whose event has not come, oldest first.
    private readonly Queue<TimeSpan> _sent = new();
    private TimeSpan _appended;
    private TimeSpan _emptied;
    private TimeSpan _lastSent;

    /// <summary>The audio in the buffer, once what was sent has arrived.</summary>
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

    /// <summary>Audio was appended.</summary>
    public void Appended(TimeSpan duration)
    {
        lock (_lock)
            _appended += duration;
    }

    /// <summary>The client sends a commit.</summary>
    public void CommitSent() => Sent();

    /// <summary>The client sends a clear.</summary>
    public void ClearSent() => Sent();

    /// <summary>The server emptied the buffer: <c>input_audio_buffer.committed</c> or <c>input_audio_buffer.cleared</c>.</summary>
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

    /// <summary>The oldest commit or clear that is under way was refused, or could not be sent.</summary>
    public void Refused()
    {
        lock (_lock)
            _sent.TryDequeue(out _);
    }

    private void Sent()
    {
        lock (_lock)
            _sent.Enqueue(_lastSent = _appended);
    }
}
