namespace Realtime.Sdk.Benchmarks;

/// <summary>The turns of one session, each with different IDs.</summary>
internal sealed class NumberedTurns(int audioEvents)
{
    private readonly byte[][] _events = [.. NumberedTurn.Frames(audioEvents).Select(frame => frame.ToArray())];
    private int _event, _number;

    public byte[] NextEvent()
    {
        var frame = _events[_event];
        NumberedTurn.Write(frame, NumberedTurn.Places(frame), _number + 1);
        _event = (_event + 1) % _events.Length;
        if (_event == 0)
            _number++;
        return frame;
    }
}

/// <summary>The same turns, a whole turn at a time.</summary>
internal sealed class WholeTurns
{
    /// <summary>The number of turns that are pushed to a session at once.</summary>
    public const int Pushed = 10;

    private readonly byte[] _turn;
    private readonly (int[] Numbers, int[] Before) _places;
    private int _number;

    public WholeTurns(int audioEvents)
        : this(NumberedTurn.Frames(audioEvents))
    {
    }

    public WholeTurns(IReadOnlyList<byte[]> frames)
    {
        _turn = [.. frames.SelectMany(frame => frame)];
        _places = NumberedTurn.Places(_turn);
        (Events, TextBytes) = (frames.Count, frames.Sum(TurnFrames.TextLength));
    }

    /// <summary>The number of events of a turn.</summary>
    public int Events { get; }

    /// <summary>The length of the texts of a turn in bytes.</summary>
    public int TextBytes { get; }

    public byte[] Next()
    {
        NumberedTurn.Write(_turn, _places, ++_number);
        return _turn;
    }
}
